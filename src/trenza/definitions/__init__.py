"""Definitions: documents with places, faults and versions; plan, apply, pull."""
