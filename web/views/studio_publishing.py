"""変更点と公開: what is different, what the checks say, and putting a draft into service."""

from __future__ import annotations

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.domain.errors import FieldErrors, NotFoundError, RefusedError
from engine.domain.model_draft import DECISIONS, DraftHeldError
from engine.services import model_changes, studio, studio_library, studio_publishing
from engine.services.model_changes import Comparison
from engine.services.studio_publishing import DraftChangedError, Publishing, UnchangedError
from web import model_words
from web.context import actor, engine
from web.digits import number
from web.i18n import _
from web.model_keys import model_address

bp = Blueprint("studio_publishing", __name__, url_prefix="/studio")


@bp.get("/<model:key>/diff")
def diff(key: str) -> str:
    """`from` and `to` are versions; without `to` the draft, else the newest version."""
    versions = engine().ask(studio_library.versions, key, actor())
    draft = engine().ask(studio.draft_of, key, actor())
    numbers = [one.version for one in versions]
    if not numbers and draft is None:
        raise NotFoundError("model", key)
    after = _asked("to", numbers, None if draft else numbers[0])
    later = [n for n in numbers if after is None or n < after]
    before = _asked("from", numbers, later[0] if later else 0)
    found = engine().ask(model_changes.comparison, key, before, after, actor())
    g.csp = "modeler"
    return render_template(
        "studio_diff.html",
        key=key,
        name=engine().ask(studio_library.process_name, key, actor()),
        found=found,
        numbers=numbers,
        draft=draft,
        words=model_words,
        picture=_picture(key, found),
    )


def _asked(name: str, numbers: list[int], otherwise: int | None) -> int | None:
    text = request.args.get(name, "")
    if text == "draft":
        return None
    found = number(text, -1)
    return found if found in numbers else otherwise


def _picture(key: str, found: Comparison) -> dict[str, object] | None:
    """Where the two diagrams are and what to mark in them; None where there is none to draw."""
    file = f"{key}.bpmn"
    if file not in found.new:
        return None
    changes = next((one.changes for one in found.files if one.name == file), ())
    return {
        "old": _diagram(key, found.before) if file in found.old else "",
        "new": _diagram(key, found.after),
        "marks": {change.part.id: str(change.kind) for change in changes},
    }


def _diagram(key: str, version: int | None) -> str:
    return url_for("studio_files.read", key=key, name=f"{key}.bpmn", version=version)


@bp.get("/<model:key>/deploy")
def ask(key: str) -> str:
    return _asked_again(key)


@bp.post("/<model:key>/deploy")
def publish(key: str) -> Response:
    wanted = Publishing(
        mark=request.form.get("mark", ""),
        newest_version=number(request.form.get("version", ""), -1),
        reason=request.form.get("reason", ""),
    )
    try:
        done = engine().run(studio_publishing.publish, key, wanted, actor())
    except FieldErrors as error:
        return make_response(_asked_again(key, errors=error.errors), 422)
    except RefusedError:
        return make_response(_asked_again(key), 422)
    except (DraftHeldError, DraftChangedError, UnchangedError) as error:
        return make_response(_asked_again(key, hindrance=_hindrance(error)), 409)
    for one in done:
        if one.changed:
            flash(
                _(
                    "「%(name)s」の第%(version)s版を公開しました。",
                    name=one.name,
                    version=one.version,
                ),
                "ok",
            )
    return redirect(model_address(key), code=303)


def _hindrance(error: Exception) -> str:
    if isinstance(error, DraftHeldError):
        return _(
            "%(name)sさんが編集しています。終わるのを待ってから公開します。",
            name=error.editing.person_name,
        )
    if isinstance(error, UnchangedError):
        return _("公開している版と同じです。変えたところがありません。")
    return _("この画面を開いた後で下書きか版が変わりました。今の内容を確かめてから公開します。")


def _asked_again(key: str, errors: dict[str, str] | None = None, hindrance: str = "") -> str:
    draft = engine().ask(studio.get_draft, key, actor())
    newest = engine().ask(studio_publishing.newest_version, key)
    versions = engine().ask(studio_library.versions, key, actor())
    return render_template(
        "studio_deploy.html",
        key=key,
        draft=draft,
        newest=newest,
        running=sum(one.running for one in versions),
        checked=engine().ask(studio_publishing.findings, key, actor()),
        found=engine().ask(model_changes.comparison, key, newest, None, actor()),
        words=model_words,
        is_decision=key.startswith(f"{DECISIONS}/"),
        action=request.path,
        errors=errors or {},
        hindrance=hindrance,
        longest=studio_publishing.MAX_REASON,
    )
