"""The browser client's snippet, to copy and paste into a page."""

import re

from trenza.kernel import encode_json

SCRIPT = "/sdk/analytics.js"
_UNSAFE = re.compile(r"[<>&\u2028\u2029]")


def browser_snippet(base_url: str, key: str) -> str:
    """The lines for a page's `<head>`: calls made before the client has loaded are kept and said afterwards.

    Args:
        base_url: the instance's address as the browser sees it.
        key: the source's write key.
    """
    base = base_url.rstrip("/")
    return _TEMPLATE.format(base=_literal(base), key=_literal(key), script=_literal(base + SCRIPT))


def _literal(text: str) -> str:
    """A JavaScript literal that cannot end its script element."""
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", encode_json(text).decode())


_TEMPLATE = """<script>
!function(){{var a=window.analytics=window.analytics||[];if(a.initialize||a.invoked)return;a.invoked=true;
a.methods="trackSubmit trackClick trackLink trackForm pageview identify reset group track ready alias debug page screen once off on addSourceMiddleware addIntegrationMiddleware setAnonymousId addDestinationMiddleware register".split(" ");
a.factory=function(m){{return function(){{if(window.analytics.initialized)return window.analytics[m].apply(window.analytics,arguments);var c=[].slice.call(arguments);c.unshift(m);a.push(c);return a}}}};
a.methods.forEach(function(m){{a[m]=a.factory(m)}});
a._writeKey={key};a._cdn={base};a._loadOptions={{}};
var s=document.createElement("script");s.async=true;s.src={script};document.head.appendChild(s);
a.page()}}();
</script>
"""  # noqa: E501 — a snippet is as long as it is
