import pytest
from hypothesis import given
from hypothesis import strategies as st

from trenza.content import Template, Unrenderable, Version, render

_HOSTILE = "<script>alert(1)</script>\r\nBcc: all@example.com {{ person.email }} {% raw %}"


_FILTERS = ["upcase", "append: '<b>'", "prepend: '<b>'", "split: 'a' | join: '<i>'", "escape_once", "strip_html"]
_FILTERS += ["newline_to_br", "url_decode", "replace: 'a', 'b'", "default: 'x'", "truncate: 9", "slice: 0, 99"]
_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


def _email(body: str, subject: str = "Hola {{ person.name }}", **more: str) -> Template:
    fields = {name: {"": text} for name, text in {"subject": subject, "body": body, **more}.items()}
    return Template(key="t", channels={"email": Version(channel="email", fields=fields)})


def _sms(text: str) -> Template:
    return Template(key="t", channels={"sms": Version(channel="sms", fields={"text": {"": text}})})


def _said(text: str, **context: object) -> str:
    return render(_sms(text), "sms", "es", context).text


def test_traits_and_properties_are_there_by_name() -> None:
    context = {"person": {"name": "Ana"}, "event": {"event": "Cart Updated", "properties": {"total": 60}}}

    assert "Ana 60 60 Cart Updated" == _said(
        "{{ person.name }} {{ event.total }} {{ event.properties.total }} {{ event.name }}", **context
    )


def test_a_missing_trait_is_empty_and_takes_a_default() -> None:
    assert "Hola , cliente" == _said("Hola {{ person.name }}, {{ person.nick | default: 'cliente' }}")


@pytest.mark.parametrize(("expected", "language"), [("Hola", "es"), ("Hi", "en"), ("Hola", "fr")])
def test_a_text_speaks_the_persons_language_else_spanish(expected: str, language: str) -> None:
    version = Version(channel="sms", fields={"text": {"en": "Hi", "es": "Hola"}})

    assert expected == render(Template(key="t", channels={"sms": version}), "sms", language, {}).text


def test_a_hostile_trait_becomes_neither_markup_nor_header_nor_template() -> None:
    content = render(_email("<p>{{ person.name }}</p>"), "email", "es", {"person": {"name": _HOSTILE}})

    assert "<script>" not in content.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in content.html
    assert "{{ person.email }}" in content.html
    assert "\n" not in content.subject
    assert "\r" not in content.subject


@given(st.text(), st.sampled_from(_FILTERS))
def test_no_filter_lets_a_persons_markup_through(name: str, filter_: str) -> None:
    content = render(
        _email("{{ person.name | " + filter_ + " }}", "s"), "email", "es", {"person": {"name": f"{name}<u a"}}
    )

    assert "<u" not in content.html


def test_a_mail_has_a_text_part_that_keeps_links_and_alternative_texts() -> None:
    body = '<style>p{}</style><h1>Tu&nbsp;cesta</h1><p>Mira <a href="https://a.example/x">aquí</a></p>'
    body += '<img alt="Botas" src="x">'

    assert "Tu\xa0cesta\n\nMira aquí (https://a.example/x)\n\nBotas" == render(_email(body), "email", "es", {}).text


def test_a_marketing_mail_that_forgot_the_way_out_gets_one_in_its_language() -> None:
    context = {"unsubscribe_url": "https://t.example/u/abc"}

    forgot = render(_email("<html><body><p>x</p></body></html>"), "email", "es", context)
    named = render(_email('<a href="{{ unsubscribe_url }}">no</a>'), "email", "es", context)

    assert '<a href="https://t.example/u/abc">Darse de baja</a></p></body></html>' in forgot.html
    assert 1 == named.html.count("https://t.example/u/abc")


def test_mjml_is_rendered_with_escaped_values() -> None:
    text = "<mj-text>Hola {{ person.name }}</mj-text>"
    body = f"<mjml><mj-body><mj-section><mj-column>{text}</mj-column></mj-section></mj-body></mjml>"
    fields = {"subject": {"": "s"}, "mjml": {"": body}}
    template = Template(key="t", channels={"email": Version(channel="email", fields=fields)})

    content = render(template, "email", "es", {"person": {"name": "<b>&Ana"}})

    assert "Hola &lt;b&gt;&amp;Ana" in content.html
    assert "Hola <b>&Ana" == content.text


def test_dates_and_amounts_speak_the_persons_language_and_zone() -> None:
    context = {"now": "2026-03-02T23:30:00Z", "timezone": "Europe/Madrid", "event": {"total": 1234.5}}
    text = "{{ 'now' | date: '%A %d %B %H:%M' }}; {{ event.total | money: 'EUR' }}; {{ event.total | number }}"

    assert "martes 03 marzo 00:30; 1.234,50\xa0€; 1.234,5" == _said(text, **context)
    assert "Tuesday 03 March 00:30; €1,234.50; 1,234.5" == render(_sms(text), "sms", "en", context).text


@pytest.mark.parametrize(
    "text",
    [
        "{% for a in (1..event.n) %}{% for b in (1..event.n) %}x{% endfor %}{% endfor %}",
        "{{ (1..event.n) | join: ',' }}",
        "{{ event.long | replace: '', event.long }}",
        "{% assign a = event.long %}{% for i in (1..30) %}{% assign a = a | append: a %}{% endfor %}",
        "{{ event.n | divided_by: 0 }}",
        "{% assign a = event.n %}{% for i in (1..60) %}{% assign a = a | times: a %}{% endfor %}{{ a }}",
    ],
)
def test_a_text_that_would_explode_fails_alone(text: str) -> None:
    with pytest.raises(Unrenderable):
        _said(text, event={"n": 100_000_000, "long": "a" * 20_000})


@given(_JSON)
def test_any_value_is_said_or_refused_as_our_own_error(value: object) -> None:
    text = (
        "{{ person.x }} {{ person.x | date: '%d' }} {{ person.x | money }} {{ person.x | number }} "
        "{{ person.x | upcase | truncate: 20 }} {% for i in person.x %}{{ i }}{% endfor %}"
    )
    try:
        said = _said(text, person={"x": value})
    except Unrenderable:
        return
    assert "\x00" not in said


def test_a_channel_without_a_version_is_refused_by_name() -> None:
    with pytest.raises(Unrenderable, match="`t` has no version for push"):
        render(_sms("x"), "push", "es", {})


def test_a_url_that_is_no_web_address_is_left_out() -> None:
    fields = {"title": {"": "t"}, "body": {"": "b"}, "url": {"": "{{ person.site }}"}}
    template = Template(key="t", channels={"push": Version(channel="push", fields=fields)})

    assert {} == render(template, "push", "es", {"person": {"site": "javascript:alert(1)"}}).extra
    assert {"url": "https://a.example/"} == render(
        template, "push", "es", {"person": {"site": "https://a.example/"}}
    ).extra
