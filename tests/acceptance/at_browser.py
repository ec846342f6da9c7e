"""Playing a story in a real browser: every field is filled in and every button pressed on pages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lxml import html

from tests.acceptance.at_pages import SUBJECT, Row
from tests.acceptance.posting import Pair, pairs
from tests.acceptance.served import PASSWORD
from tests.acceptance.story import Answer, File
from tests.browser import sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FilePayload, Locator, Page

PATIENCE_MS = 30_000


class BrowserDesk:
    """One person's window of a browser with scripts."""

    def __init__(self, browser: Browser, base: str, person: str) -> None:
        self._person = person
        context = browser.new_context(base_url=base, locale="ja-JP")
        context.set_default_timeout(PATIENCE_MS)
        self._page: Page = context.new_page()

    def sign_in(self) -> None:
        self._page.goto("/login")
        sign_in(self._page, self._person, PASSWORD)
        self._page.wait_for_url("**/worklist")

    def look(self, path: str) -> Any:
        """With this person's cookies but undrawn: most people find nothing to do most times."""
        answer = self._page.context.request.get(path)
        assert answer.ok, f"{path}: {answer.status}"
        return html.fromstring(answer.text())

    def start(self, key: str) -> None:
        self._page.goto("/processes")
        self._page.locator(f'a[href="/processes/{key}/start"]').click()
        self._page.locator('[name="start.project"]').select_option("p1")
        self._page.locator('[name="start.system"]').select_option("s1")
        self._page.locator('[name="start.subject"]').fill(SUBJECT)
        self._press("始める")
        self._page.get_by_text("案件を始めました。").first.wait_for()

    def complete(self, row: Row, answer: Answer) -> str:
        link = f'a[href="/tasks/{row.id}"]'
        if not self._page.locator(link).count():  # another list is open, or an older one
            self._page.goto(f"/worklist?view={row.view}")
        self._page.locator(link).first.click()
        self._page.locator("form[data-task]").wait_for()
        name = self._page.locator("h1").inner_text()
        said = self._page.locator("main").inner_text()
        for pair in pairs(answer.values):
            if pair[0] not in answer.perhaps or self._control(pair[0]).count():
                self._enter(pair)
        self._press("完了する")
        self._page.get_by_text(f"「{name}」を完了しました。").first.wait_for()
        return said

    def _press(self, name: str) -> None:
        with self._page.expect_navigation():
            self._page.get_by_role("button", name=name, exact=True).click()
        faults = self._page.locator(".error-summary")
        if faults.count():
            raise AssertionError(f"{self._page.url}: {faults.inner_text()}")

    def _enter(self, pair: Pair) -> None:
        name, value = pair
        if isinstance(value, File):
            content: FilePayload = {
                "name": value.name,
                "mimeType": "text/plain",
                "buffer": value.text.encode(),
            }
            self._page.locator(f"input[type=file]{_having('name', name)}").set_input_files(content)
        elif name.endswith("/#"):
            self._make_rows(name.removesuffix("/#"), int(value))
        else:
            self._fill(self._control(name), value)

    def _control(self, name: str) -> Locator:
        return self._page.locator(_having("name", name))

    def _fill(self, control: Locator, value: str) -> None:
        control.first.wait_for(state="attached")
        kind = control.first.evaluate("one => one.type")
        if kind in ("radio", "checkbox"):
            control.and_(self._page.locator(_having("value", value))).check()
        elif kind == "select-one":
            control.select_option(value)
        else:
            control.fill(value)

    def _make_rows(self, path: str, wanted: int) -> None:
        """Add rows, or remove the last ones, until there are as many as wanted; open them all."""
        count = int(self._control(f"{path}/#").input_value())
        while count != wanted:
            action = f"add:{path}"
            if count > wanted:
                self._open_row(path, count - 1)
                action = f"remove:{path}/{count - 1}"
            self._page.locator(f"button{_having('value', action)}").click()
            count += 1 if count < wanted else -1
            now = _having("name", f"{path}/#") + _having("value", str(count))
            self._page.locator(f"input{now}").wait_for(state="attached")
        for index in range(wanted):
            self._open_row(path, index)

    def _open_row(self, path: str, index: int) -> None:
        inside = _having("name", f"{path}/{index}/", "^=")
        row = self._page.locator(f"details.repeat:has({inside})")
        if row.get_attribute("open") is None:
            row.locator("summary").click()


def _having(attribute: str, text: str, how: str = "=") -> str:
    """CSS for an element whose attribute is that text, or begins with it (`^=`)."""
    return f"[{attribute}{how}{json.dumps(text, ensure_ascii=False)}]"
