"""Files people have handed in."""

from __future__ import annotations

from flask import Blueprint, send_file
from werkzeug.wrappers import Response

from engine.services import attachments
from web.context import actor, engine

bp = Blueprint("files", __name__, url_prefix="/files")


@bp.get("/<attachment_id>")
def download(attachment_id: str) -> Response:
    """Always as a download: a file of somebody else's is never opened inside our page."""
    file, path = engine().ask(attachments.path, attachment_id, actor())
    return send_file(
        path,
        mimetype=file.content_type or "application/octet-stream",
        as_attachment=True,
        download_name=file.name,
    )
