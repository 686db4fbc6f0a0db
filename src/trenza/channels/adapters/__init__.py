"""Adapters: one thin file for each provider's language, behind `channels.port.Adapter`, all passing one battery."""
