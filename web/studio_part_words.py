"""What the editors of decisions and forms hand to their scripts, in the language of the page."""

from __future__ import annotations

from typing import Any

from flask import url_for

from engine.forms.allowed import COMPONENTS
from engine.services.studio_parts import PartPage
from web import studio_words
from web.i18n import _
from web.model_keys import model_address
from web.views.studio_files import shown


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
        "roles": [studio_words.role(one) for one in found.roles],
        "registers": [studio_words.register(one) for one in found.registers],
    }


def _urls(found: PartPage) -> dict[str, str]:
    home = model_address(found.key)
    return {
        "file": f"{home}/files/{found.file}",
        "hold": f"{home}/hold",
        "letGo": f"{home}/let-go",
        "check": f"{home}/check",
        "feel": f"{url_for('studio.library')}/feel",
    }
