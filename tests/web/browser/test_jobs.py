"""An import on the page, seen while it runs, and found again after a reload."""

import threading
from pathlib import Path

from playwright.sync_api import expect
from tests.support.browser import axe
from tests.web.browser.conftest import OpenPage

from trenza.app import Instance
from trenza.job_kinds import KINDS, runner_of
from trenza.jobs import list_jobs
from trenza.kernel import encode_json


def test_an_import_begun_on_the_page_survives_a_reload_and_ends_with_its_numbers(
    open_page: OpenPage, running: Instance, tmp_path: Path
) -> None:
    file = tmp_path / "history.jsonl"
    lines = [{"type": "track", "event": "Seen", "userId": "u1", "messageId": f"h{n}"} for n in range(500)]
    file.write_bytes(b"".join(encode_json(line) + b"\n" for line in [*lines, {"type": "<b>none</b>"}]))

    page = open_page("/jobs/import")
    assert [] == axe(page)
    page.set_input_files("#file", file)
    page.fill("#source", "history")
    page.click("#import button.main")
    page.wait_for_url("**/jobs/job_*")
    expect(page.locator("#job progress")).to_be_visible()
    assert [] == axe(page)

    page.reload()
    expect(page.locator("#job progress")).to_be_visible()
    runner_of(running).run_next("import", threading.Event())
    expect(page.locator(".figure .value")).to_have_text(["501", "500", "1"])
    expect(page.locator("#job progress")).to_have_count(0)
    assert [] == axe(page)
    assert "done" == list_jobs(running.database, KINDS)[0].state
