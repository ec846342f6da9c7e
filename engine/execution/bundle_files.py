"""Which files may a process folder hold?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from engine.domain.errors import Finding, RefusedError
from engine.domain.labels import read_labels
from engine.domain.model_files import BESIDES, FORM, KEY, LABELS
from engine.domain.sentence import Sentence
from engine.forms.schema import Form, read_form


def file_faults(key: str, files: Mapping[str, bytes]) -> Iterable[Finding]:
    """What is wrong with the names of the files, whatever is in them."""
    if not KEY.fullmatch(key):
        yield Finding(
            code="bad_key",
            message=Sentence(
                "フォルダの名前「%(key)s」は使えません。英小文字で始まる、"
                "英小文字と数字と _ の名前にします。",
                key=key,
            ),
        )
    if f"{key}.bpmn" not in files:
        yield Finding(
            code="no_diagram",
            message=Sentence(
                "フォルダに「%(key)s.bpmn」がありません。業務フローの図を同じ名前で置きます。",
                key=key,
            ),
            file=f"{key}.bpmn",
        )
    for name in sorted(files):
        if name == f"{key}.bpmn" or FORM.fullmatch(name):
            continue
        if LABELS.fullmatch(name):
            yield from _label_faults(name, files[name])
            continue
        if name.endswith(".dmn"):
            message = Sentence(
                "判断表は業務フローのフォルダに置けません。_decisions フォルダに置きます。"
            )
            yield Finding(code="decision_in_folder", message=message, file=name)
        else:
            yield from beside_faults(name)


def _label_faults(name: str, content: bytes) -> Iterable[Finding]:
    try:
        read_labels(content)
    except RefusedError as error:
        yield from (replace(finding, file=name) for finding in error.findings)


def beside_faults(name: str) -> Iterable[Finding]:
    """What is wrong with a file that is no model: only examples and a README may lie there."""
    if not BESIDES.fullmatch(name):
        message = Sentence("「%(name)s」はこのフォルダに置けません。取り除きます。", name=name)
        yield Finding(code="unknown_file", message=message, file=name)


def read_forms(files: Mapping[str, bytes], findings: list[Finding]) -> dict[str, Form]:
    """Form key -> form, of those that can be read; what is wrong with the others is added."""
    forms: dict[str, Form] = {}
    for name in sorted(files):
        if not FORM.fullmatch(name):
            continue
        try:
            forms[name.removesuffix(".form.json")] = read_form(files[name], name)
        except RefusedError as error:
            findings += error.findings
    return forms
