"""Events of well-known names, and the kinds of message that have none: as people say what somebody did."""

from trenza.web.render import View

EVENT_WORDS = {
    "Order Completed": "Bought",
    "Order Refunded": "Got money back",
    "Product Viewed": "Looked at a product",
    "Product Added": "Put into the cart",
    "Product Removed": "Took out of the cart",
    "Products Searched": "Searched",
    "Cart Viewed": "Looked at the cart",
    "Cart Updated": "Changed the cart",
    "Cart Emptied": "Emptied the cart",
    "Checkout Started": "Went to pay",
    "Page Viewed": "Visited a page",
    "Screen Viewed": "Opened a screen",
    "Application Opened": "Opened the app",
    "Application Installed": "Installed the app",
    "Coupon Redeemed": "Used a coupon",
    "Coupons Printed": "Printed coupons",
    "Signed In": "Signed in",
    "Signed Up": "Signed up",
    "Call Started": "Called",
    "Call Answered": "Called, and was answered",
    "Call Missed": "Called, and nobody answered",
    "Call Ended": "A call ended",
    "Message Sent": "Message sent",
    "Message Delivered": "Message delivered",
    "Message Opened": "Message opened",
    "Message Clicked": "Link in a message opened",
    "Message Replied": "Message answered",
    "Message Failed": "Message failed",
    "Message Bounced": "Message came back: the address is dead",
    "Message Complained": "Complained about a message",
    "Message Unsubscribed": "Unsubscribed",
    "Message Unknown": "Nobody knows whether the message went out",
    "Message Received": "Wrote to us",
    "Address Suppressed": "Address blocked",
    "Journey Entry Requested": "Asked to enter a journey",
    "Note Added": "Note",
    "Consent Changed": "Consent changed",
    "identify": "Said who they are",
    "alias": "Two identifiers were joined",
    "group": "Joined a group",
}
DEEDS = frozenset(
    {
        "Order Completed",
        "Order Refunded",
        "Product Viewed",
        "Product Added",
        "Product Removed",
        "Products Searched",
        "Cart Viewed",
        "Cart Updated",
        "Cart Emptied",
        "Checkout Started",
        "Page Viewed",
        "Screen Viewed",
        "Application Opened",
        "Application Installed",
        "Coupon Redeemed",
        "Coupons Printed",
        "Signed In",
        "Signed Up",
        "Call Started",
        "Call Answered",
        "Call Missed",
        "Message Complained",
        "Message Unsubscribed",
        "Message Received",
        "Journey Entry Requested",
        "identify",
        "group",
    }
)
"""Events whose words tell what somebody did, so that they can stand as the verb of a sentence about them."""
EVENT_ICONS = {
    "Order Completed": "shopping-bag",
    "Order Refunded": "undo-2",
    "Cart Updated": "shopping-cart",
    "Product Added": "shopping-cart",
    "Cart Emptied": "shopping-cart",
    "Coupon Redeemed": "ticket",
    "Note Added": "sticky-note",
    "Consent Changed": "shield-check",
    "Call Missed": "phone-missed",
    "identify": "id-card",
}


def name_event(view: View, name: str) -> str:
    """What an event is called; one of a client's own name as it is."""
    return view.say(EVENT_WORDS[name]) if name in EVENT_WORDS else name


def name_deed(view: View, name: str) -> str:
    """The same inside a sentence: our own words begin with a small letter there."""
    words = name_event(view, name)
    return words[:1].lower() + words[1:] if name in EVENT_WORDS else words
