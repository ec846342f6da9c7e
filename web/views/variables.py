"""データ項目の変更: one item at a time, with a reason; the history keeps both values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.domain.errors import FieldErrors
from engine.services import variables
from engine.services.variables import Kind, NewValue
from web import documents
from web.context import actor, engine
from web.digits import number
from web.i18n import _

bp = Blueprint("variables", __name__, url_prefix="/instances")


@bp.get("/<instance_id>/variables")
def ask(instance_id: str) -> str:
    return _page(instance_id, {}, {})


@bp.post("/<instance_id>/variables")
def change(instance_id: str) -> Response:
    typed = {name: request.form.get(name, "") for name in ("name", "kind", "value", "reason")}
    kind = typed["kind"]
    new = NewValue(
        name=typed["name"],
        kind=Kind(kind) if kind in list(Kind) else Kind.TEXT,
        text=typed["value"],
        version=number(request.form.get("version", ""), 0),
        reason=typed["reason"],
    )
    try:
        engine().run(variables.change, instance_id, new, actor())
    except FieldErrors as error:
        return make_response(_page(instance_id, typed, error.errors), 422)
    flash(_("データ項目を変えました。"), "ok")
    return redirect(url_for("instances.show", instance_id=instance_id) + "#facts", code=303)


def _page(instance_id: str, typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
    page = engine().ask(variables.page, instance_id, actor())
    chosen = typed.get("name") or request.args.get("name", "")
    held = page.items.get(chosen)
    return render_template(
        "instance_variables.html",
        page=page,
        head=page.head,
        facts={name: documents.named(value, {}) for name, value in documents.facts(page.items)},
        chosen=chosen,
        typed={"kind": _kind(held), "value": _text(held), **typed},
        errors=errors,
        kinds=_kinds(),
    )


def _kind(value: Any) -> str:
    kinds = {bool: Kind.BOOLEAN, Decimal: Kind.NUMBER, date: Kind.DATE, str: Kind.TEXT}
    return kinds.get(type(value), Kind.TEXT if value is None else Kind.EXPRESSION)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return _("はい") if value else _("いいえ")
    return str(value) if isinstance(value, (str, Decimal, date)) else ""


def _kinds() -> dict[str, str]:
    return {
        Kind.TEXT: _("文字"),
        Kind.NUMBER: _("数"),
        Kind.DATE: _("日付（2026-04-01 の形）"),
        Kind.BOOLEAN: _("はい・いいえ"),
        Kind.EXPRESSION: _("式（一覧など）"),
        Kind.NULL: _("値なし"),
    }
