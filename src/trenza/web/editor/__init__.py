"""The block editor that segments and journeys share: a document's text, edited as nested blocks or as YAML.

There is one state: the text. It stands in a hidden field as JSON (`state`), so no browser touches its characters. A
change of a block posts `{kind, state, op}` to `/editor/apply`; what comes back is `#editor-bench` drawn anew: the text,
its blocks, its faults. Undo is a stack of texts in the browser. Switching to YAML and back changes nothing.

How a page of another kind uses it:

1. One line in `bench.KINDS`: the kind's name, its path, and which forms its blocks have.
2. A handler for the page (right `read`; who may not write sees it read-only), one for saving (right `write`):

       base, text = base_of(live), live.written
       bench = bench_for(view, "Journey", text, is_new=False)
       return view.page("journeys/edit.html", {"bench": bench, "base": base, "clash": None, "said": ()})

       text = text_of(form)                                       # of the POST, character by character
       clash = save(view, "Journey", key, text, form["base"])     # raises Faulty: say it beside (`said_faults`)
       if clash is None: return view.redirect(...)                # else the same page with `clash`

3. A template: `{% extends "editor/page.html" %}`, with the blocks `crumbs`, `beside` (what stands beside the blocks,
   `data-follows="/where/to/ask"` on an element makes the script post the text there, a moment after each change, and
   put the answer in) and `below`. See `segments/edit.html`.
4. Words: labels of forms, fields, operations and slots are looked up in `words.py` by the key that forms and slots
   give; what another kind needs is added to its tables (English) and to `locale/es/editor.po`.
5. A new text begins with `key: new_journey`; the key follows the title until somebody writes another.

Blocks are drawn by `templates/editor/blocks.html`, by kind: `predicate`, `step`, `section`, `arm`. The macro `card`
draws any of them with its controls, actions, faults and slots.
"""

from trenza.web.editor.bench import KINDS, Bench, EditorKind
from trenza.web.editor.drafts import text_of
from trenza.web.editor.faults import FaultLine, said_error, said_faults
from trenza.web.editor.following import key_from
from trenza.web.editor.pages import EditorController, bench_for
from trenza.web.editor.saving import Clash, base_of, is_taken, key_of, save

__all__ = [
    "KINDS",
    "Bench",
    "Clash",
    "EditorController",
    "EditorKind",
    "FaultLine",
    "base_of",
    "bench_for",
    "is_taken",
    "key_from",
    "key_of",
    "said_error",
    "said_faults",
    "save",
    "text_of",
]
