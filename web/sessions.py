"""Signing in and out, and who is behind a request."""

from __future__ import annotations

from datetime import timedelta
from time import time
from urllib.parse import urlsplit

from flask import Flask, flash, g, redirect, request, session, url_for
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from werkzeug.wrappers import Response

from engine.domain.errors import NotFoundError
from engine.domain.person import Person
from engine.services import people
from engine.services.unit import Unit
from web.context import SANDBOX, Options, SignedIn, engine, options, sandbox
from web.i18n import _

SECONDS_PER_HOUR = 3600
BEGAN = "began"  # the moment of the sign-in, in seconds
VISIT = "unei.visit"  # in the environment of a request to a sandbox: see `web.sandboxes`

_OPEN_TO_ALL = frozenset(
    {
        "static",
        "auth.login",
        "auth.sign_in",
        "health.healthz",
        "health.readyz",
        "system.language",
        "tasks.submit",
    }
)

_PICTURES = frozenset({"static", "instances.diagram", "analysis.diagram"})

_WITH_FIRST_PASSWORD = frozenset(
    {"passwords.show", "passwords.change", "auth.logout", "auth.session"}
)


class SessionUser(UserMixin):  # type: ignore[misc]  # flask_login ships no types
    """A signed-in person.  A new password raises the epoch, which ends older sessions."""

    def __init__(self, found: SignedIn) -> None:
        self.found = found

    def get_id(self) -> str:
        return session_id(self.found.person)


class PageSessions(SecureCookieSessionInterface):
    """Only pages prolong a session.

    The answer to a picture that was still on its way would bring back a session that has just
    ended; that to the fields of a form, sent before its completion, would take away what the next
    page has to say.
    """

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        is_piece = request.endpoint in _PICTURES or "X-Part" in request.headers
        return not is_piece and super().should_set_cookie(app, session)

    def get_cookie_path(self, app: Flask) -> str:
        """In a sandbox only its own pages: outside one is somebody else."""
        return request.script_root if sandbox() is not None else super().get_cookie_path(app)


def session_id(person: Person) -> str:
    return f"{person.session_epoch}:{person.id}"


def install(app: Flask, how: Options) -> None:
    app.config.update(
        SECRET_KEY=how.secret_key,
        SESSION_COOKIE_NAME="unei_try" if SANDBOX in app.extensions else "unei_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=how.is_https,
        PERMANENT_SESSION_LIFETIME=timedelta(minutes=how.idle_minutes),
    )
    app.session_interface = PageSessions()
    manager = LoginManager(app)
    manager.session_protection = None  # an address may change on the way to another floor
    manager.user_loader(_load)
    app.before_request(_require_sign_in)


def _load(identity: str) -> SessionUser | None:
    epoch, _colon, person_id = identity.partition(":")
    found = engine().ask(_signed_in, person_id)
    if found is None or not found.person.is_active or str(found.person.session_epoch) != epoch:
        return None
    return SessionUser(found)


def _signed_in(unit: Unit, person_id: str) -> SignedIn | None:
    try:
        person = people.person(unit, person_id)
    except NotFoundError:
        return None
    actor = people.actor(unit, person_id)
    return None if actor is None else SignedIn(person=person, actor=actor)


def _require_sign_in() -> Response | None:
    """Every page but the few open ones; the one asked for comes after the sign-in."""
    if request.endpoint == "static":
        return None
    if current_user.is_authenticated and _is_over():
        end()
    if not current_user.is_authenticated:
        _sit_down()
    g.signed_in = current_user.found if current_user.is_authenticated else None
    if request.endpoint in _OPEN_TO_ALL:
        return None
    if g.signed_in is not None:
        return _to_new_password() if g.signed_in.person.must_change_password else None
    if request.method != "GET":
        flash(
            _("しばらく操作がなかったため、ログアウトしました。もう一度ログインしてください。"),
            "note",
        )
        return redirect(url_for("auth.login"), code=303)
    return redirect(url_for("auth.login", next=request.full_path.rstrip("?")), code=303)


def _to_new_password() -> Response | None:
    """Whoever still has the password of an administrator sees no other page."""
    if request.endpoint in _WITH_FIRST_PASSWORD:
        return None
    return redirect(url_for("passwords.show"), code=303)


def _sit_down() -> None:
    """In a sandbox somebody always sits there: who may come in is asked at its door."""
    opened = sandbox()
    person = None if opened is None else engine().ask(_signed_in, opened.trial.person)
    if person is not None:
        begin(person)


def _is_over() -> bool:
    return bool(session.get(BEGAN, 0) + options().session_hours * SECONDS_PER_HOUR < time())


def seconds_left() -> int:
    """How long the session lasts when nothing more is asked for.

    That of the office around a sandbox, in a sandbox.
    """
    if VISIT in request.environ:
        return int(request.environ[VISIT].seconds_left)
    idle = options().idle_minutes * 60
    end = session.get(BEGAN, 0) + options().session_hours * SECONDS_PER_HOUR
    return max(0, min(idle, int(end - time())))


def begin(found: SignedIn) -> None:
    """Start a session that holds nothing of the one before."""
    session.clear()
    session.permanent = True
    session[BEGAN] = int(time())
    login_user(SessionUser(found))


def load(person: Person) -> SignedIn | None:
    return engine().ask(_signed_in, person.id)


def end() -> None:
    logout_user()
    session.clear()


def safe_next(target: str | None) -> str:
    """The page to go to after the sign-in: only one of ours, named by its path in here."""
    parts = urlsplit(target or "")
    if parts.scheme or parts.netloc or not parts.path.startswith("/") or "\\" in parts.path:
        return url_for("worklist.show")
    return request.script_root + parts.path + (f"?{parts.query}" if parts.query else "")
