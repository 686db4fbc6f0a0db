"""The room of worker."""
