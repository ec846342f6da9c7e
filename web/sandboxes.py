"""試す: the whole application once more for each sandbox, below an address of the real one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, cast
from weakref import WeakKeyDictionary

from flask import Flask, current_app, g, request
from flask import url_for as outer_url
from werkzeug.wrappers import Response

from engine.bootstrap import Engine
from engine.domain.person import Person
from engine.domain.working_days import tokyo_date
from engine.sandbox import Sandbox, Waiting
from engine.trying import Sandboxes
from web import formats, sessions
from web.context import SANDBOX, sandbox, signed_in
from web.sessions import VISIT

MOUNTS = "unei_mounts"
Wish = Literal["", "again", "end"]


@dataclass(kw_only=True)
class Visit:
    """What the office around a sandbox tells it with each request, and is told in return."""

    static: str  # address of the pictures, sheets and scripts: they are the same
    seconds_left: int  # of the session
    wish: Wish = ""


class Mounts:
    """The sandboxes of an office, and the application of each that is open."""

    def __init__(self, engine: Engine, make: Callable[[Engine, Sandbox], Flask]) -> None:
        self.all = Sandboxes(engine)
        self._make = make
        self._apps: WeakKeyDictionary[Sandbox, Flask] = WeakKeyDictionary()

    def app(self, opened: Sandbox) -> Flask:
        found = self._apps.get(opened)
        if found is None:
            found = self._apps[opened] = self._make(opened.engine, opened)
        return found


class SandboxApp(Flask):
    """The application of a sandbox."""

    def url_for(self, endpoint: str, **values: Any) -> str:
        if endpoint != "static":
            return super().url_for(endpoint, **values)
        inside = super().url_for(endpoint, **values)
        return visit().static + inside.removeprefix(f"{request.script_root}{self.static_url_path}")


@dataclass(frozen=True, kw_only=True)
class Bar:
    """What stands on top of every page of a sandbox."""

    key: str
    name: str
    version: int
    day: str
    time: str
    waiting: list[Waiting]
    people: list[Person]
    me: str


def visit() -> Visit:
    return cast(Visit, request.environ[VISIT])


def mounts_of(app: Flask) -> Mounts:
    return cast(Mounts, app.extensions[MOUNTS])


def mounts() -> Mounts:
    return mounts_of(current_app)


def bar() -> Bar | None:
    """None in the real office."""
    opened, found = sandbox(), signed_in()
    if opened is None or found is None:
        return None
    now = opened.now
    return Bar(
        key=opened.trial.key,
        name=opened.trial.name,
        version=opened.trial.version,
        day=formats.full_date(tokyo_date(now)),
        time=formats.clock(now),
        waiting=opened.waiting(),
        people=opened.people(),
        me=found.person.id,
    )


def pass_on(opened: Sandbox, door: str) -> tuple[Response, Visit]:
    """The answer of the sandbox's own application, which begins behind the door's address."""
    static = outer_url("static", filename="")
    told = Visit(static=static.rstrip("/"), seconds_left=sessions.seconds_left())
    environ = {
        **request.environ,
        VISIT: told,
        "SCRIPT_NAME": request.environ.get("SCRIPT_NAME", "") + door,
        "PATH_INFO": request.environ["PATH_INFO"].removeprefix(door),
    }
    answer = Response.from_app(mounts().app(opened).wsgi_app, environ)
    g.is_passed_on = True
    return answer, told


def install(app: Flask, engine: Engine, make: Callable[[Engine, Sandbox], Flask]) -> None:
    """Let the application of an office have sandboxes."""
    app.extensions[MOUNTS] = Mounts(engine, make)


def new_app(name: str, opened: Sandbox | None) -> Flask:
    """An application of the office, or of a sandbox."""
    if opened is None:
        return Flask(name)
    app = SandboxApp(name)
    app.extensions[SANDBOX] = opened
    return app
