"""The room of web."""
