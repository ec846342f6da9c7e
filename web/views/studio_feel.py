"""What is wrong with an expression, while somebody types it in the studio."""

from __future__ import annotations

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from engine.services import expressions
from engine.services.expressions import Kind
from web.context import actor, engine
from web.i18n import language, spoken

bp = Blueprint("studio_feel", __name__, url_prefix="/studio")


@bp.post("/feel")
def check() -> Response:
    asked = request.get_json(silent=True)
    given = asked if isinstance(asked, dict) else {}
    kind = given.get("kind")
    found = engine().ask(
        expressions.fault,
        str(given.get("text", "")),
        Kind(kind) if kind in list(Kind) else Kind.EXPRESSION,
        actor(),
    )
    said = ("" if language() == "ja" else " ").join(spoken(one).strip() for one in found if one)
    return jsonify({"error": said or None})
