"""How each client begins: lines to copy, with the source's own key and the instance's own address."""

import msgspec

from trenza.events import Source, browser_snippet


class Snippet(msgspec.Struct, frozen=True):
    """Lines to copy."""

    id: str
    title: str
    """A name of a language or tool; not translated."""
    text: str


def snippets_for(base_url: str, source: Source) -> list[Snippet]:
    """Every client with the key of one source."""
    fill = {"base": base_url, "key": source.key}
    return [
        Snippet("web", "JavaScript · <head>", browser_snippet(base_url, source.key).strip()),
        *(Snippet(id_, title, text.format(**fill)) for id_, title, text in _CLIENTS),
    ]


_CLIENTS = (
    (
        "curl",
        "curl",
        """curl {base}/v1/track -u {key}: \\
  -H 'Content-Type: application/json' \\
  -d '{{"userId": "ana", "event": "Product Viewed", "properties": {{"product_id": "lamp"}}}}'""",
    ),
    (
        "python",
        "Python · segment-analytics-python",
        """import segment.analytics as analytics

analytics.write_key = "{key}"
analytics.host = "{base}"
analytics.track("ana", "Product Viewed", {{"product_id": "lamp"}})
analytics.flush()""",
    ),
    (
        "node",
        "Node.js · @segment/analytics-node",
        """import {{ Analytics }} from "@segment/analytics-node";

const analytics = new Analytics({{ writeKey: "{key}", host: "{base}" }});
analytics.track({{ userId: "ana", event: "Product Viewed", properties: {{ product_id: "lamp" }} }});
await analytics.closeAndFlush();""",
    ),
    (
        "kotlin",
        "Kotlin · analytics-kotlin",
        """Analytics("{key}", applicationContext) {{
    apiHost = "{base}/v1".removePrefix("https://")
    cdnHost = "{base}/v1".removePrefix("https://")
}}""",
    ),
    (
        "swift",
        "Swift · analytics-swift",
        """let configuration = Configuration(writeKey: "{key}")
    .apiHost("{base}/v1".replacingOccurrences(of: "https://", with: ""))
let analytics = Analytics(configuration: configuration)""",
    ),
)
