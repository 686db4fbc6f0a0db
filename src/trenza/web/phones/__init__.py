"""The sandbox as phones: what people would see where no provider is, live, with the reason of each message."""

from trenza.web.phones.handlers import PhoneController

__all__ = ["PhoneController"]
