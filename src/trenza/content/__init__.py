"""Content: templates with a version per channel, said to one person in their language.

`render(template, channel, language, context) -> Content` is the whole of it; `read_template` reads `kind: Template` and
`count_parts` says what an SMS costs.
"""

from trenza.content.forms import FORMS, Form, form_of, speaks
from trenza.content.model import Content, Template, Texts, Unrenderable, Version, choose_text
from trenza.content.parts import Parts, count_parts
from trenza.content.plain import plain_text
from trenza.content.reading import TEMPLATE_KIND, read_template
from trenza.content.rendering import render, warm_up
from trenza.content.trial import TRIAL

__all__ = [
    "FORMS",
    "TEMPLATE_KIND",
    "TRIAL",
    "Content",
    "Form",
    "Parts",
    "Template",
    "Texts",
    "Unrenderable",
    "Version",
    "choose_text",
    "count_parts",
    "form_of",
    "plain_text",
    "read_template",
    "render",
    "speaks",
    "warm_up",
]
