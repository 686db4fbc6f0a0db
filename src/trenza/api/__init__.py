"""The room of api."""
