"""The room of content."""
