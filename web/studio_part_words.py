"""What the editors of decisions and forms hand to their scripts, in the language of the page."""

from __future__ import annotations

from typing import Any

from flask import url_for

from engine.domain.model_draft import DECISIONS
from engine.domain.records import Register
from engine.domain.roles import Role
from engine.forms.allowed import COMPONENTS
from engine.services.studio_parts import PartPage
from web import formats, studio_words
from web.context import clock
from web.i18n import _, language, plain
from web.views.studio_files import shown


def base(key: str) -> str:
    """The address of a process, or of a shared decision by itself, in the studio."""
    home = url_for("studio.library")
    if key.startswith(f"{DECISIONS}/"):
        return f"{home}/decisions/{key.removeprefix(f'{DECISIONS}/')}"
    return f"{home}/{key}"


def page(found: PartPage) -> dict[str, Any]:
    """The page data of an editor of one file."""
    return {
        "key": found.key,
        "file": found.file,
        "content": found.content.decode(errors="replace"),
        "revision": found.revision,
        "readOnly": not found.is_editable,
        "findings": shown(found.checked)["findings"],
        "urls": _urls(found),
        "words": {
            **studio_words.keeping(),
            "unreadable": _(
                "この入力フォームは、ここでは開けません。使えない部品が入っています。検査の結果を見て、ファイルを直します。"
            ),
        },
        "components": sorted(COMPONENTS),
        "roles": [_role(one) for one in found.roles],
        "registers": [_register(one) for one in found.registers],
    }


def _role(role: Role) -> dict[str, str]:
    is_english = language() == "en" and role.name_en
    return {"value": role.code, "label": role.name_en if is_english else role.name}


def _register(register: Register) -> dict[str, str]:
    name = register.schema.get("x-labels", {}).get(language()) or plain(register.name)
    return {"value": register.code, "label": f"{register.code} {name}"}


def _urls(found: PartPage) -> dict[str, str]:
    home = base(found.key)
    return {
        "save": f"{home}/files/{found.file}",
        "hold": f"{home}/hold",
        "letGo": f"{home}/let-go",
        "check": f"{home}/check",
        "feel": f"{url_for('studio.library')}/feel",
    }


def state(found: PartPage) -> str:
    """The line under the heading before anything has been changed."""
    if found.draft is None:
        return _("第%(version)s版　公開中", version=found.version)
    at = formats.list_moment(found.draft.changed_at, clock().today)
    return _("下書き　%(at)sに保存しました", at=at)
