"""稼働状況: is all well?  The page for administrators, and the answers for machines."""

from __future__ import annotations

from flask import Blueprint, jsonify, make_response, render_template
from werkzeug.wrappers import Response

from engine.domain.errors import EngineError
from engine.services import health
from web.context import actor, clock, engine, options

bp = Blueprint("health", __name__)
LITTLE_SPACE = 0.1  # of the disk


@bp.get("/admin/health")
def show() -> str:
    return render_template(
        "health.html",
        health=engine().ask(health.report, actor()),
        is_current=engine().is_current(),
        is_lane_alive=engine().worker.batches.is_alive,
        has_mail_host=bool(engine().settings.mail.host),
        little=LITTLE_SPACE,
        now=clock().now,
    )


@bp.get("/healthz")
def healthz() -> Response:
    """The process is up; nothing else is asked."""
    return jsonify(status="ok", version=options().version)


@bp.get("/readyz")
def readyz() -> Response:
    """Whether this installation can serve people: 503 with the reasons where it cannot."""
    reasons = _reasons()
    if reasons:
        return make_response(jsonify(status="not ready", reasons=reasons), 503)
    return jsonify(status="ready", version=options().version)


def _reasons() -> list[str]:
    try:
        if not engine().is_current():
            return ["the database lacks tables of this release; run `unei migrate`"]
        is_working = engine().ask(health.is_working)
    except Exception as error:  # noqa: BLE001 - whatever its driver raises, it cannot be used
        kind = error.code if isinstance(error, EngineError) else type(error).__name__
        return [f"the database cannot be reached ({kind})"]
    return [] if is_working else ["no worker has looked for jobs in the last 3 minutes"]
