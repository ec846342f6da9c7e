"""What the editors of the studio send while somebody draws: files, who edits, what is wrong.

Answers are JSON; a failure is `{"error": text, "kind": ...}` with the status of its kind.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from engine.domain.errors import EngineError, Finding, NotFoundError
from engine.domain.model_draft import DraftHeldError, DraftMovedOnError
from engine.services import studio, studio_publishing
from engine.services.studio import Hold, ModelFileError, NewText
from engine.services.studio_publishing import Checked
from web import formats
from web.context import actor, engine
from web.digits import number
from web.errors import message_of, status_of
from web.i18n import _, plain, spoken

bp = Blueprint("studio_files", __name__, url_prefix="/studio")


@bp.errorhandler(EngineError)
def _refused(error: EngineError) -> tuple[Response, int]:
    status = status_of(error)
    return jsonify({"error": _words(error, status), **_facts(error)}), status


def _words(error: EngineError, status: int) -> str:
    if isinstance(error, DraftHeldError):
        return _("%(name)sさんが編集しています。", name=error.editing.person_name)
    if isinstance(error, DraftMovedOnError):
        return _("%(name)sさんが%(at)sに保存しました。", name=error.by, at=formats.clock(error.at))
    if isinstance(error, ModelFileError):
        return str(error.text)
    if isinstance(error, NotFoundError):
        return _("この下書きはもうありません。公開されたか、捨てられました。")
    return message_of(error, status).title


def _facts(error: EngineError) -> dict[str, Any]:
    if isinstance(error, DraftHeldError):
        return {"kind": "held", "by": error.editing.person_name}
    if isinstance(error, DraftMovedOnError):
        return {"kind": "moved", "by": error.by}
    return {"kind": error.code}


def _tab() -> str:
    return (request.headers.get("X-Tab") or request.form.get("tab", ""))[:64]


def _revision() -> int:
    return number(request.headers.get("X-Revision", ""), 0)


@bp.get("/<model:key>/files/<path:name>")
def read(key: str, name: str) -> Response:
    """A file of the draft, or of the `version` asked for; a save names the revision.

    As plain text, so that no browser takes it for a page.
    """
    version = number(request.args.get("version", ""), None)
    content, revision = engine().ask(studio.read_file, key, name, version, actor())
    return Response(content, mimetype="text/plain", headers={"X-Revision": str(revision)})


@bp.post("/<model:key>/files/<path:name>")
def save(key: str, name: str) -> Response:
    new = NewText(name=name, content=request.get_data(), revision=_revision(), tab=_tab())
    draft = engine().run(studio.save_file, key, new, actor())
    return jsonify({"revision": draft.revisions[name], "saved": formats.clock(draft.changed_at)})


@bp.post("/<model:key>/hold")
def hold(key: str) -> Response:
    is_forced = request.args.get("force") == "1"
    return jsonify(_held(engine().run(studio.take_hold, key, _tab(), actor(), by_force=is_forced)))


def _held(found: Hold) -> dict[str, Any]:
    return {"mine": found.is_mine, "by": found.by, "since": formats.clock(found.since)}


@bp.post("/<model:key>/let-go")
def let_go(key: str) -> tuple[str, int]:
    engine().run(studio.let_go, key, _tab(), actor())
    return "", 204


@bp.post("/<model:key>/check")
def check(key: str) -> Response:
    return jsonify(shown(engine().ask(studio_publishing.findings, key, actor())))


def shown(found: Checked) -> dict[str, Any]:
    """The findings as the editors list them."""
    return {
        "findings": [_shown("error", one) for one in found.errors]
        + [_shown("warning", one) for one in found.warnings],
        "errors": len(found.errors),
        "warnings": len(found.warnings),
    }


def _shown(severity: str, finding: Finding) -> dict[str, Any]:
    return {
        "severity": severity,
        "element": finding.element_id,
        "name": plain(finding.element_name),
        "file": finding.file,
        "line": finding.line,
        "message": spoken(finding.message),
    }
