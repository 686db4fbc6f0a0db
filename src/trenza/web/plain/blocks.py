"""A block of the editor as a sentence, whatever it is a block of."""

from markupsafe import Markup

from trenza.definitions import Block
from trenza.kernel import JsonValue
from trenza.web.plain.conditions import say_condition
from trenza.web.plain.speaking import Speaker
from trenza.web.plain.steps import STEP_WORDS, say_entry, say_goal, say_holdout, say_purpose, say_step

_NOTHING = Markup()


def say_block(speaker: Speaker, block: Block, content: JsonValue) -> Markup:
    """What a step, a section or an arm does; nothing for conditions, whose fields say it themselves."""
    if block.kind == "step":
        return (
            say_step(speaker, block.form, value_at(content, (*block.path, block.form))).title
            if block.form
            else _NOTHING
        )
    value = value_at(content, block.path)
    if block.kind == "arm":
        condition = value.get("if") if isinstance(value, dict) else None
        return (
            speaker.tell(STEP_WORDS["if"], what=say_condition(speaker, condition))
            if condition is not None
            else _NOTHING
        )
    return _section(speaker, block.form, value) if block.kind == "section" else _NOTHING


def value_at(content: JsonValue, path: tuple[str | int, ...]) -> JsonValue:
    """What stands at a path; None where nothing does."""
    found = content
    for name in path:
        if isinstance(found, dict) and isinstance(name, str):
            found = found.get(name)
        elif isinstance(found, list) and isinstance(name, int) and name < len(found):
            found = found[name]
        else:
            return None
    return found


def _section(speaker: Speaker, form: str, value: JsonValue) -> Markup:
    if form == "enter":
        return say_entry(speaker, value).title
    if form == "goal":
        return say_goal(speaker, value)
    if form == "exit" and isinstance(value, list):
        return Markup(" · ").join(say_goal(speaker, each) for each in value)
    if form == "holdout" and isinstance(value, dict) and isinstance(percent := value.get("percent"), int | float):
        return say_holdout(speaker, percent)
    return say_purpose(speaker, value) if form == "policy" else _NOTHING
