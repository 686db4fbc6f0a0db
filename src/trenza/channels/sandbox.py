"""The sandbox: what people would have on their phones, written down instead of sent.

Mail goes through real SMTP into a mailbox on this machine (`adapters.mailbox`), everything else through the recorder;
both end here. A page shows it as it comes.
"""

from collections.abc import Sequence
from email.message import EmailMessage

from trenza.channels.mail_ids import message_of
from trenza.channels.model import SandboxMessage
from trenza.channels.port import Delivery
from trenza.channels.store import insert_sandbox
from trenza.content import plain_text
from trenza.kernel import Instant, derived_id
from trenza.storage import Transaction

_LONGEST = 400_000


def record_deliveries(tx: Transaction, deliveries: Sequence[Delivery]) -> None:
    """Write deliveries down as their people would see them; the same message once."""
    insert_sandbox(tx, [_shown(delivery) for delivery in deliveries])


def _shown(delivery: Delivery) -> SandboxMessage:
    content = delivery.content
    fields = {**content.extra}
    if content.template:
        fields |= {"template": content.template, "template_language": content.template_language}
    if content.parameters:
        fields["parameters"] = " · ".join(content.parameters)
    return SandboxMessage(
        id=delivery.id,
        message=delivery.id,
        channel=delivery.channel,
        address=delivery.address,
        at=delivery.at,
        title=content.title or content.subject,
        text=content.text,
        html=content.html,
        fields=fields,
    )


def record_mails(tx: Transaction, mails: Sequence[tuple[EmailMessage, str]], now: Instant) -> list[str]:
    """Write mails down that came in by SMTP, each with its recipient; returns the messages that are ours."""
    shown = [_shown_mail(mail, recipient, now) for mail, recipient in mails]
    insert_sandbox(tx, shown)
    return [each.message for each in shown if each.message]


def _shown_mail(mail: EmailMessage, recipient: str, now: Instant) -> SandboxMessage:
    header = str(mail.get("Message-ID", ""))
    message = message_of(header)
    html, text = _part(mail, "html"), _part(mail, "plain")
    return SandboxMessage(
        id=message or derived_id("mail", header, recipient, str(now), html, text),
        message=message or "",
        channel="email",
        address=recipient.lower(),
        at=now,
        title=str(mail.get("Subject", "")),
        text=text or plain_text(html),
        html=html,
        fields={name: str(mail[name]) for name in ("From", "List-Unsubscribe") if name in mail},
    )


def _part(mail: EmailMessage, subtype: str) -> str:
    part = mail.get_body((subtype,))
    if part is None:
        return ""
    try:
        return str(part.get_content())[:_LONGEST]
    except (LookupError, UnicodeError, ValueError, TypeError):
        return ""
