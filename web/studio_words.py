"""What the diagram page of the studio hands to its scripts, in the language of the page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from flask import url_for

from engine.domain.access import HEAD
from engine.domain.records import Register
from engine.domain.roles import Role
from engine.services.studio_parts import PartPage
from engine.services.studio_process import Choices, ProcessPage
from web import formats, operation_words
from web.context import clock
from web.i18n import _, language, plain
from web.views.studio_files import shown

Option = dict[str, str]


def page(found: ProcessPage) -> dict[str, Any]:
    """The page data of a process's diagram."""
    return {
        "key": found.key,
        "name": found.name,
        "file": found.file,
        "readOnly": not found.is_editable,
        "findings": shown(found.checked)["findings"],
        "urls": urls(found.key),
        "words": {**keeping(), **_drawing()},
        **_choices(found.choices),
    }


def urls(key: str) -> dict[str, str]:
    """Where the scripts of a process's page write to; `{name}` and `{id}` are filled there."""
    base = url_for("studio.library")
    return {
        "file": f"{base}/{key}/files/{key}.bpmn",
        "other": f"{base}/{key}/files/{{name}}",
        "form": f"{base}/{key}/forms/{{id}}",
        "hold": f"{base}/{key}/hold",
        "letGo": f"{base}/{key}/let-go",
        "check": f"{base}/{key}/check",
        "layout": f"{base}/{key}/layout",
        "feel": f"{base}/feel",
    }


def keeping() -> dict[str, str]:
    """What every editor of a draft says about saving; `{at}` and `{by}` are filled there."""
    by = {"by": "{by}"}
    return {
        "saved": _("%(at)sに保存しました", at="{at}"),
        "notSaved": _("保存できていません。つながり次第、もう一度保存します。"),
        "taken": _("%(by)sさんが編集を引き継ぎました。この画面では直せません。", **by),
        "moved": _("%(by)sさんが先に保存しました。ここで直した内容は保存されていません。", **by),
    }


def state(found: ProcessPage | PartPage) -> str:
    """The line under the heading before anything has been changed."""
    if found.draft is None:
        return _("第%(version)s版　公開中", version=found.version)
    at = formats.list_moment(found.draft.changed_at, clock().today)
    return _("下書き　%(at)sに保存しました", at=at)


def asked(found: ProcessPage) -> dict[str, str]:
    """The decisions that the diagram asks: id -> name."""
    diagram = found.files[found.file].decode(errors="replace")
    known = found.choices.decisions
    return {id_: one.name for id_, one in known.items() if f">{id_}<" in diagram}


def _drawing() -> dict[str, str]:
    return {
        "required": _("※必須"),
        "outputs": _("結果のデータ項目："),
        "tidying": _("図を整えています。30個の要素で10秒ほどかかります。"),
        "tidied": _("図を整えました。元に戻すこともできます。"),
        "notTidied": _("図を整えられませんでした。つながっていない要素がないか確かめます。"),
        "notDrawn": _("この図は描けません。下の検査の結果を見て、ファイルを取り込み直します。"),
        "changedMeanwhile": _("整えている間に図が変わりました。もう一度「整える」を押します。"),
    }


def _choices(choices: Choices) -> dict[str, Any]:
    return {
        "forms": [{"value": id_, "label": plain(name)} for id_, name in choices.forms.items()],
        "roles": [option for role in choices.roles for option in _groups(role)],
        "registers": [register(one) for one in choices.registers],
        "operations": [_operation(spec, choices) for spec in choices.operations],
        "decisions": [
            {
                "value": id_,
                "label": plain(one.name),
                "outputs": [plain(name) for name in one.outputs],
            }
            for id_, one in choices.decisions.items()
        ],
        "processes": [{"value": key, "label": plain(name)} for key, name in choices.processes],
    }


def role(role: Role) -> Option:
    """A role as a list offers it."""
    is_english = language() == "en" and role.name_en
    return {"value": role.code, "label": role.name_en if is_english else role.name}


def _groups(of: Role) -> Iterator[Option]:
    members = role(of)
    yield members
    yield {"value": f"{of.code}{HEAD}", "label": _("%(role)sの長", role=members["label"])}


def register(register: Register) -> Option:
    """A register as a list offers it."""
    names = register.schema.get("x-labels", {})
    name = names.get(language()) or plain(register.name)
    return {"value": register.code, "label": f"{register.code} {name}"}


def _operation(spec: Any, choices: Choices) -> dict[str, Any]:
    either = frozenset().union(*spec.needs_one_of)
    order = [*sorted(spec.required), *sorted(either), *sorted(spec.optional)]
    return {
        "name": spec.name,
        "label": operation_words.operation(spec.name),
        "parameters": [
            {
                "name": name,
                "label": operation_words.parameter(name),
                "help": operation_words.help_of(name),
                "required": name in spec.required,
                "choices": _registers_as_texts(choices) if name == "register" else None,
            }
            for name in order
        ],
    }


def _registers_as_texts(choices: Choices) -> list[Option]:
    """The registers as an expression names them: `"R01"`."""
    return [
        {**register(one), "value": json.dumps(one.code, ensure_ascii=False)}
        for one in choices.registers
    ]
