"""What codes about people are called: identifiers, verdicts, states. Tables of English texts."""

IDENTIFIER_WORDS = {
    "user_id": "Account",
    "email": "E-mail",
    "phone": "Telephone",
    "email_sha256": "E-mail under a hash",
    "phone_sha256": "Telephone under a hash",
    "whatsapp": "WhatsApp",
    "telegram": "Telegram",
    "loyalty_card": "Loyalty card",
    "device_id": "Device",
    "anonymous_id": "Browser or app",
    "push_token": "Push address",
    "web_push": "Push address of a browser",
    "receipt": "Receipt",
    "google": "Google",
    "facebook": "Facebook",
    "apple": "Apple",
    "microsoft": "Microsoft",
    "instagram": "Instagram",
    "x": "X",
    "linkedin": "LinkedIn",
}
CONSENT_WORDS = {"granted": "Consent given", "denied": "Consent taken back"}
PURPOSE_WORDS = {"marketing": "Marketing", "service": "Service", "analytics": "Analytics", "advertising": "Advertising"}
REACH_WORDS = {
    "yes": "may be written to",
    "no_consent": "no consent",
    "no_address": "no address",
    "suppressed": "blocked address",
}
RULE_WORDS = {
    "together": "seen together in one message",
    "alias": "a message said that they are one",
    "match": "a probable match was accepted",
}
STANDING_WORDS = {
    "shared": "Shared: too many people have it, so it joins nobody.",
    "ambiguous": "Ambiguous: it could belong to two people, so it joins neither until the evidence is clear.",
}
VERDICT_WORDS = {
    "sent": "Message sent",
    "deferred": "Message waits",
    "skipped": "Message withheld",
    "held_out": "Not written to: control group",
    "lost_to": "Message gave way to another",
    "expired": "Message expired",
    "unknown": "Nobody knows whether the message went out",
    "pending": "Message waits to leave",
    "claimed": "Message waits to leave",
    "refused": "Message failed",
}
"""By verdict, and by the state of the outbox where that knows better."""
VERDICT_TONES = {
    "sent": "good",
    "deferred": "accent",
    "unknown": "bad",
    "pending": "accent",
    "claimed": "accent",
    "refused": "bad",
}
ONLY_WORDS = {
    "all": "Everything",
    "events": "What they did",
    "messages": "Messages",
    "decisions": "Decisions",
    "consents": "Consents",
    "notes": "Notes",
}
TRAIT_WORDS = {
    "first_name": "First name",
    "last_name": "Last name",
    "name": "Name",
    "email": "E-mail",
    "phone": "Telephone",
    "language": "Language",
    "timezone": "Time zone",
    "birthday": "Birthday",
    "address": "Address",
    "city": "City",
    "plan": "Plan",
    "gender": "Gender",
    "age": "Age",
    "age_band": "Age band",
    "children": "Children",
    "home_ownership": "Home ownership",
    "household_composition": "Household",
    "household_size": "Household size",
    "income_band": "Income band",
    "marital_status": "Marital status",
    "preferred_channel": "Preferred channel",
}
