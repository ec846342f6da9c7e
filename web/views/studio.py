"""スタジオ: the library of models, their drafts and versions, and how they come, go and begin."""

from __future__ import annotations

import io

from flask import Blueprint, flash, make_response, redirect, render_template, request, send_file
from flask import url_for as url
from markupsafe import Markup
from werkzeug.wrappers import Response

from engine.domain.errors import FieldErrors
from engine.domain.model_draft import DECISIONS, Naming
from engine.services import studio, studio_exchange, studio_library
from engine.services.studio import ModelFileError
from web.context import actor, engine
from web.digits import number
from web.i18n import _, sentence
from web.model_keys import model_address

bp = Blueprint("studio", __name__, url_prefix="/studio")
MAX_REASON = 400


@bp.get("")
def library() -> str:
    found = engine().ask(studio_library.library, actor())
    return render_template("studio.html", found=found, decisions=DECISIONS)


# --- a new model


@bp.get("/new")
def new() -> str:
    return _naming()


@bp.post("/new")
def create() -> Response:
    return _made(None)


@bp.get("/<model:key>/copy")
def ask_copy(key: str) -> str:
    return _naming(key)


@bp.post("/<model:key>/copy")
def copy(key: str) -> Response:
    return _made(key)


def _made(source: str | None) -> Response:
    typed = {field: request.form.get(field, "").strip() for field in ("name", "key", "prefix")}
    naming = Naming(**typed)
    try:
        if source is None:
            engine().run(studio_exchange.create, naming, actor())
        else:
            engine().run(studio_exchange.copy, source, naming, actor())
    except FieldErrors as error:
        return make_response(_naming(source, error.errors), 422)
    flash(_("下書きを作りました。公開するまで、案件には使われません。"), "ok")
    return redirect(model_address(naming.key), code=303)


def _naming(source: str | None = None, errors: dict[str, str] | None = None) -> str:
    name = engine().ask(studio_library.process_name, source, actor()) if source else ""
    studio.check_editor(actor())
    return render_template("studio_new.html", source=source, name=name, errors=errors or {})


# --- files in and out


@bp.get("/import")
def ask_import() -> str:
    studio.check_editor(actor())
    return render_template("studio_import.html", error="")


@bp.post("/import")
def take_in() -> Response:
    files = {one.filename: one.read() for one in request.files.getlist("file") if one.filename}
    try:
        found = engine().run(studio_exchange.take_in, files, actor())
    except ModelFileError as error:
        said = Markup('<span translate="no">{}</span>{}{}').format(
            error.name, _("：") if error.name else "", sentence(error.text)
        )
        return make_response(render_template("studio_import.html", error=said), 422)
    if len(found.keys) > 1:
        flash(
            _("ファイルの業務フローごとに、%(count)s件の下書きにしました。", count=len(found.keys)),
            "ok",
        )
    text = _(
        "下書きに取り込みました。新しいファイル%(added)s件、置き換えたファイル%(replaced)s件です。",
        added=len(found.added),
        replaced=len(found.replaced),
    )
    flash(text, "ok")
    address = model_address(found.key)
    return redirect(f"{address}/imported" if found.is_told else address, code=303)


@bp.get("/<model:key>/export")
def export(key: str) -> Response:
    version = number(request.args.get("version", ""), None)
    content = engine().ask(studio_exchange.archive, key, version, actor())
    end = f"_v{version}" if version else ""
    return send_file(
        io.BytesIO(content),
        mimetype="application/zip",
        as_attachment=True,
        download_name=f"{key.rpartition('/')[2]}{end}.zip",
    )


# --- the draft


@bp.post("/<model:key>/draft")
def open_draft(key: str) -> Response:
    """編集を始める; back to where the button was."""
    engine().run(studio.open_draft, key, actor())
    return redirect(_back(model_address(key)), code=303)


def _back(otherwise: str) -> str:
    """The page of the studio that asked, never an address elsewhere."""
    wanted = request.form.get("back", "")
    return wanted if wanted.startswith(f"{url('studio.library')}/") else otherwise


@bp.get("/<model:key>/discard/confirm")
def confirm_discard(key: str) -> str:
    return _discarding(key)


@bp.post("/<model:key>/discard")
def discard(key: str) -> Response:
    reason = request.form.get("reason", "").strip()
    if not reason or len(reason) > MAX_REASON:
        text = (
            _("理由は%(count)s文字以内で入力してください。", count=MAX_REASON)
            if reason
            else _("理由を入力してください。")
        )
        return make_response(_discarding(key, {"reason": text}), 422)
    engine().run(studio.discard, key, actor(), reason)
    flash(_("下書きを捨てました。公開している版は、そのままです。"), "ok")
    return redirect(url(".library"), code=303)


def _discarding(key: str, errors: dict[str, str] | None = None) -> str:
    draft = engine().ask(studio.get_draft, key, actor())
    return render_template(
        "studio_discard.html",
        draft=draft,
        back=model_address(key),
        action=request.path.removesuffix("/confirm"),
        errors=errors or {},
        longest=MAX_REASON,
    )


# --- versions


@bp.get("/<model:key>/versions")
def versions(key: str) -> str:
    return render_template(
        "studio_versions.html",
        key=key,
        name=engine().ask(studio_library.process_name, key, actor()),
        draft=engine().ask(studio.draft_of, key, actor()),
        versions=engine().ask(studio_library.versions, key, actor()),
        is_decision=key.startswith(f"{DECISIONS}/"),
    )
