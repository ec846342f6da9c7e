"""試す: beginning a sandbox, and the door of each to its own pages."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.domain.errors import Finding, NotFoundError, RefusedError
from engine.sandbox import TakesTooLongError, Trial
from engine.services import studio, studio_library, studio_publishing
from engine.trying import MOST, MOST_OF_ONE, TooManySandboxesError
from web import sandboxes
from web.context import actor, engine
from web.i18n import _
from web.model_keys import model_address
from web.sandboxes import mounts

bp = Blueprint("trying", __name__, url_prefix="/studio")


@bp.get("/<key>/try")
def show(key: str) -> str:
    return _page(key)


@bp.post("/<key>/try")
def begin(key: str) -> Response:
    try:
        return _begun(mounts().all.begin(key, actor()))
    except RefusedError as error:
        return make_response(_page(key, error.findings), 422)
    except TooManySandboxesError as error:
        return make_response(_page(key, too_many=_too_many(error)), 409)


@bp.post("/<key>/try/<sandbox_id>/over")
def end(key: str, sandbox_id: str) -> Response:
    mounts().all.end(sandbox_id, actor())
    flash(_("試行を終えました。"), "ok")
    return redirect(url_for(".show", key=key), code=303)


@bp.route("/<key>/try/<sandbox_id>/", methods=["GET", "POST"])
@bp.route("/<key>/try/<sandbox_id>/<path:path>", methods=["GET", "POST"])
def inside(key: str, sandbox_id: str, path: str = "") -> Response:  # noqa: ARG001 - of the address
    """Every page of a sandbox, for who has made it.  Forms are checked by the pages behind."""
    opened = mounts().all.open(sandbox_id, actor())
    if opened.trial.key != key:
        raise NotFoundError("sandbox", sandbox_id)
    answer, told = sandboxes.pass_on(opened, f"/studio/{key}/try/{sandbox_id}")
    if told.wish:
        answer.close()
        return _ended(opened.trial, is_again=told.wish == "again")
    if request.method == "POST":
        with suppress(TakesTooLongError):  # the rest is done with the next press
            opened.settle()
    return answer


def _ended(trial: Trial, *, is_again: bool) -> Response:
    mounts().all.end(trial.id, actor())
    if is_again:
        return begin(trial.key)
    flash(_("試行を終えました。"), "ok")
    return redirect(model_address(trial.key), code=303)


def _begun(trial: Trial) -> Response:
    """To the start form of what is tried."""
    inner = f"processes/{trial.key}/start" if trial.by_hand else "sandbox/start"
    target = url_for(".inside", key=trial.key, sandbox_id=trial.id, path=inner)
    return redirect(target, code=303)


def _too_many(error: TooManySandboxesError) -> str:
    if error.is_own:
        return _(
            "同時に試せるのは%(count)s件までです。下のどれかを終えてください。", count=MOST_OF_ONE
        )
    return _("いま、ほかの人の試行が%(count)s件あります。終わってから始めてください。", count=MOST)


def _page(key: str, findings: Sequence[Finding] | None = None, too_many: str = "") -> str:
    draft = engine().ask(studio.draft_of, key, actor())
    if findings is None:
        findings = ()
        if draft is not None:
            findings = engine().ask(studio_publishing.findings, key, actor()).errors
    versions = engine().ask(studio_library.versions, key, actor())
    if draft is None and not versions:
        raise NotFoundError("process", key)
    return render_template(
        "studio_try.html",
        key=key,
        name=engine().ask(studio_library.process_name, key, actor()),
        draft=draft,
        version=versions[0].version if versions else 0,
        findings=findings,
        too_many=too_many,
        trials=mounts().all.of(actor()),
    )
