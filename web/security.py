"""The one place that sets headers, the size limits and the protection against forged posts."""

from __future__ import annotations

from flask import Flask, Response, current_app, g, request
from flask_wtf.csrf import CSRFProtect

from web.context import Options

MEGABYTE = 2**20
FILES_AT_ONCE = 3  # a post may hold so many files of the largest size, or more smaller ones
OTHER_LIMIT = 2 * MEGABYTE
TEXT_LIMIT = 4 * MEGABYTE
ONE_YEAR = 31_536_000

POLICY = (
    "default-src 'none'; script-src 'self'; style-src {styles}; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; object-src 'none'"
)
# Only the editors draw with styles of their own making; scripts never come from the page.
STYLES = {
    "strict": "'self'",
    "modeler": "'self'; style-src-attr 'unsafe-inline'",  # the diagram sets attributes
    "editor": "'self' 'unsafe-inline'",  # text fields with highlighting bring their own sheet
}
POLICIES = {name: POLICY.format(styles=styles) for name, styles in STYLES.items()}
_TAKES_FILES = frozenset({"tasks.submit", "processes.submit"})

csrf = CSRFProtect()


def install(app: Flask, how: Options) -> None:
    # A form left open over lunch can still be sent; the session itself has an end.
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    app.config["FORM_LIMIT"] = how.upload_megabytes * FILES_AT_ONCE * MEGABYTE
    app.config["MAX_CONTENT_LENGTH"] = OTHER_LIMIT
    app.config["MAX_FORM_MEMORY_SIZE"] = TEXT_LIMIT
    app.config["MAX_FORM_PARTS"] = 20_000  # 200 rows of a wide list, and some
    app.before_request(_limit)
    csrf.init_app(app)
    app.after_request(_headers)


def _limit() -> None:
    """Before the protection against forged posts, which is the first to read the post."""
    if request.endpoint in _TAKES_FILES:
        request.max_content_length = current_app.config["FORM_LIMIT"]


def _headers(response: Response) -> Response:
    if g.get("is_passed_on"):  # the application behind has set its own
        return response
    response.headers["Content-Security-Policy"] = POLICIES[g.get("csp", "strict")]
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR}"
    if request.path.startswith("/static/dist/assets/") or (
        request.path.startswith("/static/") and request.args.get("v")
    ):
        response.headers["Cache-Control"] = f"public, max-age={ONE_YEAR}, immutable"
    elif not request.path.startswith("/static/"):
        response.headers["Cache-Control"] = "no-store"
    return response
