"""The room of journeys."""
