"""A person at a browser without scripts: signs in, opens pages, sends their forms."""

from __future__ import annotations

import http.cookiejar
import urllib.error
import urllib.parse
import urllib.request
import uuid
from dataclasses import dataclass
from typing import Any

from lxml import html

from tests.acceptance.posting import Pairs
from tests.acceptance.story import File


@dataclass(frozen=True)
class Reply:
    """What came back at the end of all redirects."""

    status: int
    url: str
    text: str

    @property
    def page(self) -> Any:
        return html.fromstring(self.text)

    def form(self, action: str) -> Any:
        """The form that posts to that path.

        Raises:
            LookupError: there is none.
        """
        for form in self.page.forms:
            if form.method == "POST" and urllib.parse.urlsplit(form.action or "").path == action:
                return form
        raise LookupError(f"{self.url} ({self.status}) has no form for {action}: {self.said()}")

    def fields(self, action: str) -> list[tuple[str, str]]:
        """What that form would send if nobody typed anything, without its button."""
        form = self.form(action)
        long = {one.get("name") for one in form.iter("textarea")}
        return [
            # browsers drop the line break a text area begins with
            (name, (value or "").removeprefix("\n") if name in long else value or "")
            for name, value in form.form_values()
        ]

    def said(self) -> str:
        """The visible text of the page's main part, on one line."""
        return " ".join(" ".join(self.page.xpath("//main//text()")).split())


class Visitor:
    """`base`: address of the server.  Cookies are kept from page to page."""

    def __init__(self, base: str, timeout: float = 30) -> None:
        self.base, self.timeout = base, timeout
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._open = urllib.request.build_opener(cookies).open

    def get(self, path: str) -> Reply:
        return self._send(urllib.request.Request(urllib.parse.urljoin(self.base, path)))

    def post(self, path: str, pairs: Pairs) -> Reply:
        """As `multipart/form-data`, the way forms with file fields are sent."""
        mark = uuid.uuid4().hex
        body = "".join([*(_part(mark, *pair) for pair in pairs), f"--{mark}--\r\n"]).encode()
        headers = {
            "Content-Type": f"multipart/form-data; boundary={mark}",
            "Referer": self.base,
        }
        address = urllib.parse.urljoin(self.base, path)
        return self._send(urllib.request.Request(address, body, headers))

    def sign_in(self, login: str, password: str) -> Reply:
        typed = {"username": login, "password": password}
        page = self.get("/login")
        return self.post("/login", list((dict(page.fields("/login")) | typed).items()))

    def _send(self, request: urllib.request.Request) -> Reply:
        try:
            with self._open(request, timeout=self.timeout) as answer:
                return Reply(answer.status, answer.url, answer.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return Reply(error.code, request.full_url, error.read().decode())


def _part(mark: str, name: str, value: str | File) -> str:
    head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"'
    if isinstance(value, File):
        kind = "\r\nContent-Type: text/plain"
        return f'{head}; filename="{value.name}"{kind}\r\n\r\n{value.text}\r\n'
    return f"{head}\r\n\r\n{value}\r\n"
