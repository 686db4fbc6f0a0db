"""`/editor`: what the block editor asks for while somebody edits. Nothing is saved here."""

from typing import Any

import msgspec
from litestar import Controller, Response, post

from trenza.kernel import Invalid
from trenza.web.editor.bench import Bench, kind_of, lay_out, operation_context
from trenza.web.editor.drafts import text_of
from trenza.web.editor.following import follow
from trenza.web.editor.operations import Operation, operate
from trenza.web.forms import Form
from trenza.web.render import Here, Sent, View, Viewing


class EditorController(Controller):
    """`/editor/apply`."""

    include_in_schema = False

    @post("/editor/apply", opt={"right": "read", "only_reads": True}, status_code=200, sync_to_thread=True)
    def apply(self, view: Viewing, instance: Here, form: Sent) -> Response[Any]:
        """The text after an operation, laid out: the page's `#editor-bench`. Without one: the text as it is."""
        kind, text, is_new = kind_of(form["kind"]), text_of(form), form["new"] == "yes"
        with instance.database.read() as tx:
            if form["op"]:
                operation = _operation(form)
                changed = operate(text, operation, operation_context(tx, view, kind, text))
                text = follow(text, changed, operation) if is_new else changed
            bench = lay_out(tx, view, kind, text, is_new=is_new)
        return view.fragment("editor/bench.html", "bench", {"bench": bench})


def bench_for(view: View, kind: str, text: str, *, is_new: bool) -> Bench:
    """A text laid out, for a page that includes `editor/bench.html`."""
    with view.instance.database.read() as tx:
        return lay_out(tx, view, kind_of(kind), text, is_new=is_new)


def _operation(form: Form) -> Operation:
    try:
        return msgspec.json.decode(form["op"], type=Operation)
    except msgspec.DecodeError as error:
        raise Invalid("this is no operation", "load the page again") from error
