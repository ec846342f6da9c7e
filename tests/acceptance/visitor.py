"""A person at a browser without scripts: signs in, opens pages, sends their forms."""

from __future__ import annotations

import http.cookiejar
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lxml import html

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Answer:
    """What came back at the end of all redirects."""

    status: int
    url: str
    text: str

    @property
    def page(self) -> Any:
        return html.fromstring(self.text)

    def form(self, action: str | None = None) -> Any:
        """The form with that action; without one, the only form in `main`.

        Raises:
            LookupError: there is none.
        """
        forms = self.page.xpath("//main//form[@method='post' or @method='POST']")
        for form in forms:
            if action is None or urllib.parse.urlsplit(form.action or "").path == action:
                return form
        raise LookupError(f"{self.url} ({self.status}) has no form for {action}: {self.said()}")

    def said(self) -> str:
        """The visible text of the page's main part, on one line."""
        return " ".join(" ".join(self.page.xpath("//main//text()")).split())


class Visitor:
    """`base`: address of the server.  Cookies are kept from page to page."""

    def __init__(self, base: str, timeout: float = 30) -> None:
        self.base, self.timeout = base, timeout
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._open = urllib.request.build_opener(cookies).open

    def get(self, path: str) -> Answer:
        return self._send(urllib.request.Request(urllib.parse.urljoin(self.base, path)))

    def post(self, path: str, pairs: Pairs) -> Answer:
        """As `multipart/form-data`, the way forms with file fields are sent."""
        mark = uuid.uuid4().hex
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in pairs
        ]
        body = "".join([*parts, f"--{mark}--\r\n"]).encode()
        headers = {
            "Content-Type": f"multipart/form-data; boundary={mark}",
            "Referer": self.base,
        }
        address = urllib.parse.urljoin(self.base, path)
        return self._send(urllib.request.Request(address, body, headers))

    def sign_in(self, login: str, password: str) -> Answer:
        page = self.get("/login")
        values = dict(page.form().form_values()) | {"login": login, "password": password}
        return self.post("/login", list(values.items()))

    def fill(self, path: str, pairs: Pairs, action: str | None = None) -> tuple[str, Pairs]:
        """Where and what the form of a page would send with these values typed into it.

        Fields that are not among `pairs` keep what the page shows.
        """
        form = self.get(path).form(action or urllib.parse.urlsplit(path).path)
        typed = {name for name, _ in pairs}
        lists = tuple(name[:-1] for name, _ in pairs if name.endswith("/#"))
        kept = [
            (name, value)
            for name, value in form.form_values()
            if name not in typed and not (lists and name.startswith(lists))
        ]
        return urllib.parse.urlsplit(form.action or path).path, [*kept, *pairs]

    def _send(self, request: urllib.request.Request) -> Answer:
        try:
            with self._open(request, timeout=self.timeout) as answer:
                return Answer(answer.status, answer.url, answer.read().decode())
        except urllib.error.HTTPError as error:
            return Answer(error.code, request.full_url, error.read().decode())
