from hypothesis import given
from hypothesis import strategies as st
from tests.channels.support import SECRET

from trenza.channels.signatures import body_signature, is_signed, is_twilios, twilio_signature
from trenza.channels.tokens import make_token, read_token
from trenza.channels.tracking import Tracker
from trenza.content import Content, plain_text

_TRACKER = Tracker(SECRET, "https://t.example")


def _track(html: str, text: str | None = None) -> tuple[Content, list[str]]:
    said = Content(channel="email", language="es", html=html, text=plain_text(html) if text is None else text)
    tracked = _TRACKER.track("m1", said)
    return tracked.content, [link.target for link in tracked.links]


def test_every_web_address_becomes_countable_once() -> None:
    content, targets = _track(
        """<a href="https://s.example/?a=1&amp;b=2">x</a> <A class='c' HREF='https://s.example/?a=1&amp;b=2'>y</A>"""
    )

    assert ["https://s.example/?a=1&b=2"] == targets
    assert 2 == content.html.count("https://t.example/r/")
    assert "s.example" not in content.html + content.text


def test_what_is_no_web_address_stays_or_leads_nowhere() -> None:
    own = _TRACKER.unsubscribe_url("m1")
    html = f'<a href="{own}">u</a><a href="mailto:a@b.example">m</a><a href="#top">t</a>'
    html += '<a href="javascript:alert(1)">j</a>'
    content, targets = _track(html)

    assert [] == targets
    assert all(each in content.html for each in (own, "mailto:a@b.example", 'href="#top"'))
    assert "javascript" not in content.html


def test_the_text_part_gets_the_same_links() -> None:
    content, _ = _track('<a href="https://s.example/a">x</a>', "Mira https://s.example/a y https://s.example/ab")

    assert "Mira https://t.example/r/" in content.text
    assert content.text.endswith("https://s.example/ab")


def test_a_pixel_stands_once_at_the_end_of_the_body() -> None:
    content, _ = _track("<html><body><p>x</p></body></html>")

    assert 1 == content.html.count("https://t.example/p/")
    assert content.html.endswith('style="display:none"></body></html>')


@given(st.text())
def test_no_html_makes_the_tracker_fail(html: str) -> None:
    content, _ = _track(f"<a href={html}>")

    assert "https://t.example/p/" in content.html


@given(st.text(), st.sampled_from(["u", "p", "r"]))
def test_only_our_own_tokens_are_read(text: str, use: str) -> None:
    assert read_token(SECRET, use, text) is None  # type: ignore[arg-type]  # one of the three letters


def test_a_token_is_read_for_its_use_and_with_its_secret_only() -> None:
    token = make_token(SECRET, "u", "m1")

    assert "m1" == read_token(SECRET, "u", token)
    assert read_token(SECRET, "r", token) is None
    assert read_token(b"other", "u", token) is None
    assert read_token(SECRET, "u", token.replace("m1", "m2")) is None


def test_twilios_own_example_is_signed_as_its_documentation_says() -> None:
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    fields = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }

    assert "RSOYDt4T1cUTdK1PDd93/VVr8B8=" == twilio_signature("12345", url, fields.items())
    assert is_twilios("12345", url, [*fields.items()], "RSOYDt4T1cUTdK1PDd93/VVr8B8=")
    assert not is_twilios("12345", url + "&x=1", [*fields.items()], "RSOYDt4T1cUTdK1PDd93/VVr8B8=")


def test_a_default_port_makes_no_difference() -> None:
    signature = twilio_signature("t", "https://a.example:443/x", [])

    assert is_twilios("t", "https://a.example/x", [], signature)


@given(st.binary(), st.text())
def test_a_body_is_signed_with_the_secret_only(body: bytes, signature: str) -> None:
    assert is_signed("s", body, body_signature("s", body))
    assert not is_signed("s", body, signature)
