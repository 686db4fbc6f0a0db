"""The room of segments."""
