"""A delivery as a mail (RFC 5322, MIME): headers that nobody can inject, a text part beside the HTML.

Marketing carries List-Unsubscribe and List-Unsubscribe-Post (RFC 2369, 8058). The Message-ID is derived from the
message's id, so that a mail sent twice is seen to be one, and replies and bounces find their message.
"""

from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

import msgspec

from trenza.channels.mail_ids import message_id
from trenza.channels.port import Delivery

_POLICY = SMTP.clone(max_line_length=78)
_LONGEST_LOCAL, _LONGEST_ADDRESS = 64, 254


class Unaddressable(Exception):
    """There is no mail address here. `dead`: it can never be one."""

    def __init__(self, why: str, *, dead: bool) -> None:
        super().__init__(why)
        self.dead = dead


class Mail(msgspec.Struct, frozen=True):
    """A mail and its envelope."""

    sender: str
    recipient: str
    octets: bytes


def compose(delivery: Delivery, sender: str) -> Mail:
    """Write the mail.

    Args:
        delivery: what to say and to whom.
        sender: `Name <address>`.

    Raises:
        Unaddressable: an address is none.
    """
    recipient = _address(delivery.address)
    name, plain = parseaddr(sender)
    envelope_sender = _address(plain)
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = Address(display_name=name, addr_spec=envelope_sender)
    mail["To"] = Address(addr_spec=recipient)
    mail["Subject"] = delivery.content.subject
    mail["Date"] = format_datetime(datetime.fromtimestamp(delivery.at // 1000, UTC))
    mail["Message-ID"] = message_id(delivery.id, envelope_sender)
    if delivery.unsubscribe_url:
        mail["List-Unsubscribe"] = f"<{delivery.unsubscribe_url}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        mail["Precedence"] = "bulk"
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = delivery.content.language
    mail.set_content(delivery.content.text, cte="quoted-printable")
    if delivery.content.html:
        mail.add_alternative(delivery.content.html, subtype="html", cte="quoted-printable")
    return Mail(envelope_sender, recipient, mail.as_bytes())


def _address(text: str) -> str:
    """A plain address, its domain in ASCII (IDNA)."""
    local, at, domain = text.strip().rpartition("@")
    if not (local and at and domain) or any(each.isspace() or ord(each) < ord(" ") for each in text.strip()):
        raise Unaddressable("this is no mail address", dead=True)
    try:
        domain = domain.encode("idna").decode("ascii")
        written = Address(username=local, domain=domain).addr_spec
    except (UnicodeError, ValueError, MessageError, IndexError):
        raise Unaddressable("this is no mail address", dead=True) from None
    if len(local) > _LONGEST_LOCAL or len(written) > _LONGEST_ADDRESS or any(each in written for each in ",;<>()[]\\"):
        raise Unaddressable("this is no mail address", dead=True)
    if not written.isascii():
        raise Unaddressable("the address needs SMTPUTF8, which is not spoken in this version", dead=False)
    return written
