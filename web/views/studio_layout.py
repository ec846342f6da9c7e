"""整える: the diagram that a page of the studio shows, with another drawing."""

from __future__ import annotations

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from engine.domain.errors import EngineError, RefusedError
from engine.services import diagram_layout
from engine.services.diagram_layout import LayoutBusyError, LayoutError
from web.context import actor, engine
from web.errors import message_of, status_of
from web.i18n import _

bp = Blueprint("studio_layout", __name__, url_prefix="/studio")


@bp.errorhandler(EngineError)
def _refused(error: EngineError) -> tuple[Response, int]:
    status = status_of(error)
    return jsonify({"error": _words(error, status)}), status


def _words(error: EngineError, status: int) -> str:
    if isinstance(error, LayoutBusyError):
        return _("ほかの図を整えています。少し待って、もう一度「整える」を押します。")
    if isinstance(error, LayoutError):
        return _("図を整えられませんでした。つながっていない要素がないか確かめます。")
    if isinstance(error, RefusedError):
        return error.findings[0].message
    return message_of(error, status).title


@bp.post("/<key>/layout")
def renew(key: str) -> Response:
    content = request.get_data()
    engine().ask(diagram_layout.check, key, content, actor())
    return jsonify({"xml": diagram_layout.laid_out(content)})
