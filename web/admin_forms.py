"""What the forms of administrators share: days in three fields, reasons, versions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import request

from engine.forms.dates import read_date
from web.digits import number
from web.i18n import _

PARTS = ("年", "月", "日")
MAX_REASON = 400
Post = Mapping[str, str]
Errors = dict[str, str]


def asked_version() -> int:
    """The version the page was read at."""
    return number(request.form.get("version", ""), 0)


def text(name: str) -> str:
    return request.form.get(name, "").strip()


def reason() -> tuple[str, Errors]:
    """The reason, and what is wrong with it."""
    typed = text("reason")
    if not typed:
        return typed, {"reason": _("理由を入力してください。")}
    if len(typed) > MAX_REASON:
        return typed, {"reason": _("理由は%(count)s文字以内で入力してください。", count=MAX_REASON)}
    return typed, {}


def day(name: str, label: str, errors: Errors, empty: date | None = None) -> date:
    """The date of three fields.  `empty`: what no date means; None: it must be given.

    What is wrong is added to `errors`; the answer is of no use then.
    """
    typed = [text(f"{name}/{part}") for part in PARTS]
    if empty is not None and not any(typed):
        return empty
    found = read_date(label, *typed)
    if isinstance(found, date):
        return found
    errors[name] = found
    return date.min


def day_parts(name: str, value: date | None) -> dict[str, str]:
    """The three fields of a date; empty for none, and for open ends."""
    if value is None or value in (date.min, date.max):
        return {}
    parts = (value.year, value.month, value.day)
    return {f"{name}/{part}": str(number) for part, number in zip(PARTS, parts, strict=True)}
