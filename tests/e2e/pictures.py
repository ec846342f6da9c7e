"""Make the pictures of the README: `python -m tests.e2e.pictures` writes them to `pictures` here.

They show the demo office six days after it was loaded, at 1280 or 375 pixels.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import sync_playwright

from engine import testing
from engine.domain.values import TOKYO
from engine.services import delegations, studio
from engine.services.delegations import NewDelegation
from engine.services.studio import NewText
from engine.settings import config_dir, models_dir
from tests.browser import FLAGS, MONDAY, TUESDAY, Site, served
from tests.e2e.studio_pages import Sheet
from web.demo import DemoOffice, read_folders

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HERE = Path(__file__).parent / "pictures"
MOST_BYTES = 150_000
WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 375, "height": 760}
OWNER = "fujita"
DRAFTED = "publicity"
Story = Callable[["Page"], None]


def sign_in(page: Page) -> None:
    page.goto("/login")


def worklist(page: Page) -> None:
    page.goto("/worklist?view=group")


def task(page: Page) -> None:
    """A long form with repeat rows, sent before the last row was filled in."""
    _open(page, "実施の記録")
    page.get_by_label("教材研修").check()
    rows = page.locator("details.repeat").all()
    for row in rows[:-1]:
        row.get_by_label("出席").check()
        row.locator("select").last.select_option(index=4)
    page.locator("button[value=complete]").click()
    page.locator(".error-summary").wait_for()


def decision(page: Page) -> None:
    _open(page, "承認")


def instance(page: Page) -> None:
    page.goto("/instances?flow=go_live_preparation")
    page.locator("main tbody th a").last.click()
    page.locator("body[data-ready]").wait_for()


def outline(page: Page) -> None:
    instance(page)
    page.locator("#outline").scroll_into_view_if_needed()
    page.evaluate("document.getElementById('outline').scrollIntoView()")


def instances(page: Page) -> None:
    page.goto("/instances?state=all")


def report(page: Page) -> None:
    page.goto("/registers/R26")
    page.locator("main tbody th a").first.click()
    page.locator("main a[href$='/report']").click()
    page.locator(".chart").first.wait_for()


def on_leave(page: Page) -> None:
    page.goto("/me/delegations")


def schedule(page: Page) -> None:
    page.goto("/admin/schedules")
    page.locator("main tbody th a", has_text="月次モニタリング").click()


def board(page: Page) -> None:
    page.goto("/overview")


def analysis(page: Page) -> None:
    page.goto("/overview/analysis/approval")
    page.get_by_role("link", name="今四半期").click()
    page.locator("body[data-ready]").wait_for()


def library(page: Page) -> None:
    page.goto("/studio")


def modeler(page: Page) -> None:
    """A task of the draft, chosen: the panel shows who does it, by when, with which form."""
    sheet = Sheet(page, DRAFTED)
    page.goto(f"/studio/{DRAFTED}")
    sheet.ready()
    sheet.choose("plan_publicity")


def decision_table(page: Page) -> None:
    page.goto("/studio/decisions/d17_risk_level")
    page.locator("body[data-ready]").wait_for()


def form_editor(page: Page) -> None:
    page.goto(f"/studio/{DRAFTED}/forms/plan_publicity")
    page.locator("body[data-ready]").wait_for()


def comparison(page: Page) -> None:
    page.goto(f"/studio/{DRAFTED}/diff")
    page.locator("body[data-ready]").wait_for()


def sandbox(page: Page) -> None:
    page.goto(f"/studio/{DRAFTED}/try")
    with page.expect_navigation():
        page.locator("main form[action$='/try'] button").click()


def people(page: Page) -> None:
    page.goto("/admin/people")


def start(page: Page) -> None:
    page.goto("/processes")


def register(page: Page) -> None:
    page.goto("/registers/R01")


STORIES: Mapping[str, tuple[str | None, Story]] = {
    "sign-in": (None, sign_in),
    "worklist": ("sato", worklist),
    "task": ("nakamura", task),
    "decision": ("sato", decision),
    "instance": ("suzuki", instance),
    "outline": ("suzuki", outline),
    "start": ("suzuki", start),
    "register": ("suzuki", register),
    "delegations": ("nakamura", on_leave),
    "instances": ("shimizu", instances),
    "report": ("shimizu", report),
    "schedule": ("goto", schedule),
    "board": ("shimizu", board),
    "analysis": ("shimizu", analysis),
    "studio": (OWNER, library),
    "modeler": (OWNER, modeler),
    "decision_table": (OWNER, decision_table),
    "form_editor": (OWNER, form_editor),
    "comparison": (OWNER, comparison),
    "sandbox": (OWNER, sandbox),
    "people": ("goto", people),
}
ON_THE_PHONE = ("worklist", "decision")


def _open(page: Page, name: str) -> None:
    page.goto("/worklist?view=group")
    page.locator("a.title", has_text=name).first.click()


def _take(site: Site, browser: Browser, name: str, folder: Path, *, is_phone: bool) -> Path:
    person, story = STORIES[name]
    page = site.visit(browser, person, viewport=PHONE if is_phone else WIDE)
    story(page)
    page.wait_for_load_state("networkidle")
    path = folder / f"{name}{'-375' if is_phone else ''}.png"
    page.screenshot(path=path)
    with Image.open(path) as shot:  # 256 colours are enough for pages, and a third of the bytes
        shot.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    page.context.close()
    return path


def _go_on_leave(office: testing.TestOffice) -> None:
    """Two weeks for which nakamura has named a proxy."""
    today = office.clock.moment.astimezone(TOKYO).date()
    leave = NewDelegation(
        person_id="nakamura",
        proxy_id="kobayashi",
        valid_from_on=today,
        valid_to_on=today + timedelta(days=11),
        reason="出張のため",
    )
    office.engine.run(delegations.give, leave, office.actor("nakamura"))


def _draft(office: testing.TestOffice) -> None:
    """A draft in which a task has another name and another deadline."""
    owner = office.actor(OWNER)
    draft = office.engine.run(studio.open_draft, DRAFTED, owner)
    file = f"{DRAFTED}.bpmn"
    text = draft.files[file].decode().replace('name="周知・広報計画"', 'name="周知の計画"', 1)
    changed = NewText(name=file, content=text.encode(), revision=1, tab="picture")
    office.engine.run(studio.save_file, DRAFTED, changed, owner)
    office.engine.run(studio.let_go, DRAFTED, "picture", owner)


def make(folder: Path) -> list[Path]:
    """All pictures, written into the folder."""
    with tempfile.TemporaryDirectory() as place, sync_playwright() as driver:
        with testing.office(Path(place), now=TUESDAY) as office:
            demo = DemoOffice(office.engine, config_dir() / "demo", lambda _: None)
            passwords = {one.login: one.password for one in demo.load(read_folders(models_dir()))}
            office.advance(to=MONDAY)
            _go_on_leave(office)
            _draft(office)
        browser = driver.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"),
            args=[*FLAGS, "--lang=ja"],
            env={**os.environ, "LANGUAGE": "ja"},
        )
        with testing.office(Path(place), now=MONDAY) as office, served(office, passwords) as site:
            made = [_take(site, browser, name, folder, is_phone=False) for name in STORIES]
            made += [_take(site, browser, name, folder, is_phone=True) for name in ON_THE_PHONE]
        browser.close()
    return made


def main() -> str:
    """What is wrong with the pictures; empty if nothing is."""
    HERE.mkdir(exist_ok=True)
    too_big = [path.name for path in make(HERE) if path.stat().st_size > MOST_BYTES]
    return f"larger than {MOST_BYTES:,} bytes: {', '.join(too_big)}" if too_big else ""


if __name__ == "__main__":
    sys.exit(main() or 0)
