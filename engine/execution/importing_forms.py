"""What input form does a task of another tool show, as a form file of ours?"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any, Final

from lxml import etree

from engine.domain.errors import InvalidError
from engine.domain.values import name as variable_name
from engine.domain.values import number
from engine.execution.importing_foreign import said, set_property, shown
from engine.execution.importing_form_js import own_form
from engine.execution.importing_ids import form_key_of, free
from engine.execution.importing_work import Work
from engine.execution.xml import event_definitions, local
from engine.forms.allowed import SCHEMA_VERSION

_TYPES: Final = {
    **dict.fromkeys(("", "string", "text", "String"), ("textfield", "text")),
    **dict.fromkeys(("multi-line-text", "textarea"), ("textarea", "area")),
    **dict.fromkeys(("long", "integer", "int", "Integer", "Long"), ("number", "num")),
    **dict.fromkeys(("double", "float", "number", "Double", "Float"), ("number", "num")),
    **dict.fromkeys(("boolean", "Boolean"), ("checkbox", "bool")),
    **dict.fromkeys(("date", "Date"), ("datetime", "date")),
    **dict.fromkeys(("enum", "dropdown"), ("select", "sel")),
}
_LIMITS: Final = {"minlength": "minLength", "maxlength": "maxLength", "min": "min", "max": "max"}
_FALSE: Final = "false"


def translate_forms(work: Work) -> None:
    """Forms of tasks and starts: fields in the diagram, files that came along, keys of others."""
    embedded = _embedded(work)
    for node in work.nodes("userTask", "startEvent"):
        if local(node) == "startEvent" and event_definitions(node):
            continue
        _fields(work, node)
        _linked(work, node, embedded)


def _embedded(work: Work) -> dict[str, bytes]:
    """Forms that stand in the process itself, by their ids."""
    return {
        form.get("id", ""): (form.text or "").encode()
        for form in work.at(work.process).entries("userTaskForm")
    }


def _fields(work: Work, node: etree._Element) -> None:
    foreign = work.at(node)
    fields = [one for data in foreign.entries("formData") for one in data]
    fields += foreign.entries("formProperty")
    found = [one for one in fields if local(one) in ("formField", "formProperty")]
    if not found:
        return
    key = form_key_of(node.get("id", ""))
    form = _Form(work, node, key)
    for one in found:
        form.add(one)
    add_form(work, node, key, form.written(), "fields", f"{len(found)}")


def add_form(
    work: Work, node: etree._Element, key: str, content: bytes, code: str, was: str
) -> None:
    """The file in the draft, and the node that shows it."""
    work.files[f"{key}.form.json"] = content
    set_property(node, "formKey", key)
    work.notes.repair(node, f"form_{code}", was, f"{key}.form.json")


def _linked(work: Work, node: etree._Element, embedded: dict[str, bytes]) -> None:
    foreign = work.at(node)
    told = [foreign.attribute("formKey", "formRef")]
    for name in ("formRefBinding", "formRefVersion"):
        foreign.attribute(name)
    for definition in foreign.entries("formDefinition"):
        told += [definition.get(n) for n in ("formKey", "formId", "externalReference")]
    for link in filter(None, told):
        word = re.sub(r"\.form(\.json)?$", "", link.rpartition(":")[2].rpartition("/")[2])
        content = embedded.get(word) or _given(work, word)
        key = form_key_of(word)
        if content is None:
            # the name stays, so that nothing can be published before there is such a form
            set_property(node, "formKey", key)
            work.notes.ask(node, "form_missing", link)
            continue
        made, questions = own_form(content, key)
        if made is None:
            set_property(node, "formKey", key)
            work.notes.ask(node, "form_missing", link)
            continue
        add_form(work, node, key, made, "file", link)
        for question in questions:
            work.notes.ask(node, "form_part", question)


def _given(work: Work, word: str) -> bytes | None:
    for name in (f"{word}.form", f"{word}.form.json", f"{word}.json"):
        if name in work.given:
            return work.given[name]
    return None


class _Form:
    """Fields of one task, in the words of our form files."""

    def __init__(self, work: Work, node: etree._Element, key: str) -> None:
        self.work, self.node, self.key = work, node, key
        self.components: list[dict[str, Any]] = []
        self.keys: set[str] = set()

    def written(self) -> bytes:
        form = {
            "type": "default",
            "id": self.key,
            "schemaVersion": SCHEMA_VERSION,
            "components": self.components,
        }
        return f"{json.dumps(form, ensure_ascii=False, indent=2)}\n".encode()

    def ask(self, code: str, told: str) -> None:
        self.work.notes.ask(self.node, code, told)

    def add(self, field: etree._Element) -> None:
        id_ = field.get("variable") or field.get("id") or f"field_{len(self.components) + 1}"
        key = self._key(id_)
        kind, field_type = self._kind(field, key)
        component: dict[str, Any] = {
            "id": f"{self.key}_{len(self.components) + 1}",
            "type": kind,
            "label": field.get("label") or field.get("name") or id_,
            "key": key,
            "properties": {"fieldType": field_type},
        }
        if kind == "datetime":
            component |= {"subtype": "date", "dateLabel": component.pop("label")}
        if field.get("type", "").lower() in ("long", "integer", "int"):
            component["decimalDigits"] = 0
        if kind == "select":
            component["values"] = list(self._choices(field, key))
        self._rules(field, component)
        self._default(field, component)
        self.components.append(component)

    def _key(self, id_: str) -> str:
        """The variable; a name that FEEL would take apart gets underlines."""
        try:
            made = variable_name(id_)
        except InvalidError:
            plain = unicodedata.normalize("NFKC", id_)
            made = re.sub(r"\W+", "_", plain).strip("_") or "field"
        made = free(made if not made[0].isdigit() else f"_{made}", self.keys)
        if made != id_:
            self.ask("field_name", f"{id_} → {made}")
        return made

    def _kind(self, field: etree._Element, key: str) -> tuple[str, str]:
        type_ = field.get("type", "")
        found = _TYPES.get(type_)
        if found is None:
            self.ask("field_type", f"{key}: {type_}")
            return "textfield", "text"
        if found[0] == "checkbox" and self._is_required(field):
            return "radio", "bool"  # a tick box that must be ticked would allow one answer only
        return found

    def _is_required(self, field: etree._Element) -> bool:
        told = field.get("required", _FALSE)
        names = (one.get("name") for one in field.iter() if local(one) == "constraint")
        return told == "true" or "required" in names

    def _choices(self, field: etree._Element, key: str) -> Iterator[dict[str, str]]:
        seen: set[str] = set()
        for one in field:
            value = one.get("id", "").strip()
            if local(one) == "value" and value and value not in seen:
                seen.add(value)
                yield {"label": one.get("name") or value, "value": value}
        if not seen:
            self.ask("field_choices", key)
            yield {"label": "？", "value": "？"}

    def _rules(self, field: etree._Element, component: dict[str, Any]) -> None:
        rules: dict[str, Any] = {"required": True} if self._is_required(field) else {}
        if component["type"] == "radio":
            component["values"] = [
                {"label": "はい", "value": "true"},
                {"label": "いいえ", "value": _FALSE},
            ]
        for one in field.iter():
            if local(one) == "constraint":
                self._constraint(one, component, rules)
            elif local(one) == "property" or (local(one) == "validation" and one.attrib):
                self.ask("field_part", f"{component['key']}: {said(one)}")
        if rules:
            component["validate"] = rules
        self._flags(field, component)
        self._pattern(field)

    def _pattern(self, field: etree._Element) -> None:
        told = field.get("datePattern")
        if told:
            self.work.notes.repair(self.node, "drawing", f"datePattern = {told}")

    def _flags(self, field: etree._Element, component: dict[str, Any]) -> None:
        if field.get("writable") == _FALSE:
            component["readonly"] = True
        for name in ("readable", "expression"):
            told = field.get(name)
            if told and told != "true":
                self.ask("field_part", f"{component['key']}: {name} = {told}")

    def _constraint(
        self, one: etree._Element, component: dict[str, Any], rules: dict[str, Any]
    ) -> None:
        name, config = one.get("name", ""), one.get("config") or ""
        if name == "readonly":
            component["readonly"] = True
        elif name in _LIMITS and self._fits(component, name) and _plain_number(config):
            rules[_LIMITS[name]] = int(config) if config.isdigit() else float(config)
        elif name != "required":
            self.ask("field_part", f"{component['key']}: {name} {config}".strip())

    def _fits(self, component: dict[str, Any], name: str) -> bool:
        kinds = ("number",) if name in ("min", "max") else ("textfield", "textarea")
        return component["type"] in kinds

    def _default(self, field: etree._Element, component: dict[str, Any]) -> None:
        told = field.get("defaultValue") or field.get("default")
        if not told:
            return
        value = _constant(told, component["type"])
        if self.work.language.is_marked(told):
            made = self.work.language.expression(told)
            value = None if made is None else f"={made}"
        if value is None:
            self.ask("field_part", f"{component['key']}: {shown(field, 'defaultValue')} = {told}")
        else:
            component["defaultValue"] = value


def _constant(told: str, kind: str) -> Any:
    """The default as its field takes it; None if that is not plain."""
    if kind == "number":
        return (int(told) if told.isdigit() else float(told)) if _plain_number(told) else None
    if kind in ("checkbox", "radio"):
        return {"true": True, _FALSE: False}.get(told)
    if kind == "datetime":
        return None
    return None if told.startswith("=") else told


def _plain_number(text: str) -> bool:
    if not re.fullmatch(r"-?\d{1,15}(\.\d{1,10})?", text, re.ASCII):
        return False
    return number(text) is not None
