"""The sandbox: what people would have on their phones, written down instead of sent.

Mail goes through real SMTP into a mailbox on this machine (`adapters.mailbox`), everything else through the recorder;
both end here. A page shows it as it comes.
"""

from email.message import EmailMessage

from trenza.channels.adapters.mail import message_of
from trenza.channels.model import SandboxMessage
from trenza.channels.port import Delivery
from trenza.channels.store import insert_sandbox
from trenza.content import plain_text
from trenza.kernel import Instant, derived_id
from trenza.storage import Transaction

_LONGEST = 400_000


def record_delivery(tx: Transaction, delivery: Delivery) -> None:
    """Write a delivery down as the person would see it; the same message once."""
    content = delivery.content
    fields = {**content.extra}
    if content.template:
        fields |= {"template": content.template, "template_language": content.template_language}
    if content.parameters:
        fields["parameters"] = " · ".join(content.parameters)
    insert_sandbox(
        tx,
        SandboxMessage(
            id=delivery.id,
            message=delivery.id,
            channel=delivery.channel,
            address=delivery.address,
            at=delivery.at,
            title=content.title or content.subject,
            text=content.text,
            html=content.html,
            fields=fields,
        ),
    )


def record_mail(tx: Transaction, mail: EmailMessage, recipient: str, now: Instant) -> str | None:
    """Write a mail down that came in by SMTP; returns the message it is, None where it is not one of ours."""
    header = str(mail.get("Message-ID", ""))
    message = message_of(header)
    html, text = _part(mail, "html"), _part(mail, "plain")
    insert_sandbox(
        tx,
        SandboxMessage(
            id=message or derived_id("mail", header, recipient, str(now), html, text),
            message=message or "",
            channel="email",
            address=recipient.lower(),
            at=now,
            title=str(mail.get("Subject", "")),
            text=text or plain_text(html),
            html=html,
            fields={name: str(mail[name]) for name in ("From", "List-Unsubscribe") if name in mail},
        ),
    )
    return message


def _part(mail: EmailMessage, subtype: str) -> str:
    part = mail.get_body((subtype,))
    if part is None:
        return ""
    try:
        return str(part.get_content())[:_LONGEST]
    except (LookupError, UnicodeError, ValueError, TypeError):
        return ""
