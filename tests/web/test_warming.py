"""What is made ready before the first reader comes, and that pages do without it."""

from pathlib import Path

import jinja2
import pytest

from trenza.app import Instance
from trenza.web.assets import ASSETS
from trenza.web.compiled import CompiledTemplates
from trenza.web.render import warm
from trenza.web.texts import LANGUAGES
from trenza.web.warming import steps


class CountingEnvironment(jinja2.Environment):
    """Counts what it compiles."""

    compiled = 0

    def _compile(self, source: str, filename: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 — Jinja's own
        self.compiled += 1
        return super()._compile(source, filename)


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "a.html").write_text("a {{ 1 + 1 }}", encoding="utf-8")
    return folder


def environment(pages: Path, kept: CompiledTemplates) -> CountingEnvironment:
    return CountingEnvironment(loader=jinja2.FileSystemLoader(pages), bytecode_cache=kept, autoescape=True)


def test_everything_that_pages_share_is_made_ready(instance: Instance) -> None:
    templates = [name for language in LANGUAGES for name in warm(language)]
    done = list(steps(instance))
    assert sorted(templates) == sorted(name for name in done if name.endswith(".html"))
    assert {*ASSETS.names(), "definitions", "words of es", "words of en"} <= {*done}


def test_a_template_is_compiled_once_for_all_languages(pages: Path, tmp_path: Path) -> None:
    kept = CompiledTemplates(tmp_path / "kept", "")
    first, second = environment(pages, kept), environment(pages, kept)
    assert ["a 2", "a 2"] == [each.get_template("a.html").render() for each in (first, second)]
    assert (1, 0) == (first.compiled, second.compiled)


def test_the_next_process_reads_what_was_compiled(pages: Path, tmp_path: Path) -> None:
    environment(pages, CompiledTemplates(tmp_path / "kept", "")).get_template("a.html")
    later = environment(pages, CompiledTemplates(tmp_path / "kept", ""))
    assert "a 2" == later.get_template("a.html").render()
    assert 0 == later.compiled


def test_what_was_changed_is_compiled_again(pages: Path, tmp_path: Path) -> None:
    environment(pages, CompiledTemplates(tmp_path / "kept", "")).get_template("a.html")
    others = environment(pages, CompiledTemplates(tmp_path / "kept", "of other settings"))
    assert ("a 2", 1) == (others.get_template("a.html").render(), others.compiled)
    (pages / "a.html").write_text("b", encoding="utf-8")
    later = environment(pages, CompiledTemplates(tmp_path / "kept", ""))
    assert ("b", 1) == (later.get_template("a.html").render(), later.compiled)


def test_templates_work_where_nothing_can_be_written(pages: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    kept = CompiledTemplates(tmp_path / "file" / "kept", "")
    assert "a 2" == environment(pages, kept).get_template("a.html").render()
    assert "a 2" == environment(pages, kept).get_template("a.html").render()
