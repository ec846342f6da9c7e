"""One component of a form file -> `Field`; faults are collected, not raised."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import re2

from engine.domain.errors import Finding, InvalidError
from engine.domain.sentence import Sentence
from engine.domain.values import name as normalised
from engine.domain.values import number
from engine.feel.errors import FeelSyntaxError
from engine.feel.expression import Expression, compile_expression
from engine.forms import allowed
from engine.forms.fields import MAX_ROWS, SHOWN_ONLY, WITH_CHOICES, Field, Kind, Rows, Rules
from engine.forms.lookups import Choice

_SUBTYPES = {"date": Kind.DATE, "time": Kind.TIME, "datetime": Kind.MOMENT}


class ComponentReader:
    """Reads the components of one file; `findings` holds what was wrong, in page order."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []
        self._current: dict[str, Any] = {}
        self._ids: set[str] = set()

    def fault(self, code: str, message: str) -> None:
        """Note a fault of the component being read."""
        self.findings.append(
            Finding(
                code=code,
                message=message,
                element_id=str(self._current.get("id", "")),
                element_name=str(self._current.get("label", "")),
                file=self.file,
            )
        )

    def mapping(self, raw: Any, place: str) -> dict[str, Any]:
        if raw is None:
            return {}
        if not isinstance(raw, dict):
            self.fault(
                "form_shape", Sentence("「%(place)s」は名前と値の組で書きます。", place=place)
            )
            return {}
        return raw

    def entries(self, raw: Any, place: str) -> list[dict[str, Any]]:
        if raw is None:
            return []
        if not isinstance(raw, list) or not all(isinstance(entry, dict) for entry in raw):
            self.fault("form_shape", Sentence("「%(place)s」は一覧で書きます。", place=place))
            return []
        return raw

    def name(self, raw: Any) -> str:
        try:
            return normalised(str(raw or ""))
        except InvalidError as error:
            self.fault("form_key", Sentence("項目のキーを直します。%(error)s", error=error))
            return ""

    def expression(self, raw: Any, place: str) -> Expression | None:
        """A FEEL expression; with a fault noted, None."""
        if not isinstance(raw, str) or not raw.strip().removeprefix("="):
            self.fault("form_expression", Sentence("「%(place)s」には式を書きます。", place=place))
            return None
        try:
            return compile_expression(raw)
        except FeelSyntaxError as error:
            self.fault(
                "form_expression",
                Sentence(
                    "「%(place)s」の式を読めません。%(error)s", place=place, error=error.sentence
                ),
            )
            return None

    def optional(self, raw: Any, place: str) -> Expression | None:
        return None if raw is None or raw == "" else self.expression(raw, place)

    def fields(self, raw: Any, inside: tuple[Kind, ...] = ()) -> tuple[Field, ...]:
        """The components of a form, group or list; keys are unique among those of one level."""
        made: list[Field] = []
        for component in self.entries(raw, "components"):
            field = self._field(component, inside)
            if field is not None:
                made.append(field)
        if not inside or inside[-1] is Kind.LIST:
            self._refuse_duplicates(made)
        if not inside:
            self._current = {}
        return tuple(made)

    def _refuse_duplicates(self, fields: list[Field]) -> None:
        seen: set[str] = set()
        for field in flat(tuple(fields)):
            if field.key and field.key in seen:
                self.fault(
                    "form_duplicate_key",
                    Sentence("キー「%(key)s」が重なっています。", key=field.key),
                )
            seen.add(field.key)

    def _field(self, raw: dict[str, Any], inside: tuple[Kind, ...]) -> Field | None:
        self._current = raw
        type_ = str(raw.get("type", ""))
        if type_ not in allowed.COMPONENTS:
            self.fault(
                "form_unknown_component", Sentence("部品「%(type)s」は使えません。", type=type_)
            )
            return None
        self._refuse_unknown(raw, type_)
        kind = self._kind(raw, type_)
        if kind in inside:
            self.fault("form_nesting", Sentence("グループや繰り返しの中に同じ部品は置けません。"))
            return None
        key = self._key(raw, kind)
        properties = self.mapping(raw.get("properties"), "properties")
        made = self._made(raw, kind, key, properties)
        children = (
            self.fields(raw.get("components"), (*inside, kind)) if "components" in raw else ()
        )
        self._current = raw
        return self._complete(made, children, properties)

    def _kind(self, raw: dict[str, Any], type_: str) -> Kind:
        if type_ != "datetime":
            return Kind(type_)
        subtype = raw.get("subtype", "date")
        if subtype not in _SUBTYPES:
            self.fault(
                "form_subtype", Sentence("日付の種類「%(subtype)s」は扱えません。", subtype=subtype)
            )
        return _SUBTYPES.get(subtype, Kind.DATE)

    def _key(self, raw: dict[str, Any], kind: Kind) -> str:
        if kind in SHOWN_ONLY:
            return ""
        return self.name(raw.get("path") if kind is Kind.LIST else raw.get("key"))

    def _refuse_unknown(self, raw: dict[str, Any], type_: str) -> None:
        places = (
            ("", raw, allowed.COMPONENTS[type_]),
            (
                "validate.",
                raw.get("validate"),
                allowed.VALIDATE.get(type_, allowed.VALIDATE_OTHERS),
            ),
            ("properties.", raw.get("properties"), allowed.PROPERTIES),
            ("appearance.", raw.get("appearance"), allowed.APPEARANCE),
            ("conditional.", raw.get("conditional"), frozenset({"hide"})),
        )
        for prefix, found, known in places:
            for unknown in sorted(set(self.mapping(found, prefix or "部品")) - known):
                self.fault(
                    "form_unknown_property",
                    Sentence(
                        "属性「%(prefix)s%(unknown)s」は扱えません。",
                        prefix=prefix,
                        unknown=unknown,
                    ),
                )
        identity = raw.get("id")
        if not isinstance(identity, str) or not identity or identity in self._ids:
            self.fault("form_id", Sentence("部品には重ならない id を付けます。"))
        self._ids.add(str(identity))

    def _made(self, raw: dict[str, Any], kind: Kind, key: str, properties: dict[str, Any]) -> Field:
        appearance = self.mapping(raw.get("appearance"), "appearance")
        label = raw.get("label") or raw.get("dateLabel") or raw.get("timeLabel") or ""
        help_ = raw.get("text") if kind is Kind.STATIC else raw.get("description")
        return Field(
            id=str(raw.get("id", "")),
            kind=kind,
            key=key,
            label=str(label),
            help=str(help_ or ""),
            field_type=str(properties.get("fieldType", "")),
            required=self._flag(self.mapping(raw.get("validate"), "validate"), "required"),
            readonly=self._flag(raw, "readonly") or self._flag(raw, "disabled"),
            multiple=self._flag(raw, "multiple"),
            accept=_endings(raw.get("accept")),
            default=raw.get("defaultValue"),
            initial=self._initial(raw.get("defaultValue")),
            unit=str(appearance.get("suffixAdorner", "")),
            choices=self._choices(raw, kind),
            required_if=self.optional(properties.get("requiredIf"), "requiredIf"),
            hide=self.optional(self.mapping(raw.get("conditional"), "").get("hide"), "hide"),
            value=self.optional(properties.get("valueExpression"), "valueExpression"),
            source=self.optional(
                raw.get("dataSource") or raw.get("valuesExpression"), "valuesExpression"
            ),
            rules=self._rules(raw, properties),
            rows=self._rows(raw, properties),
            columns=self._columns(raw),
        )

    def _complete(
        self, made: Field, children: tuple[Field, ...], properties: dict[str, Any]
    ) -> Field:
        if made.kind in WITH_CHOICES and not made.choices and made.source is None:
            self.fault(
                "form_no_choices",
                Sentence("選択肢がありません。values か valuesExpression を書きます。"),
            )
        if made.kind in (Kind.LIST, Kind.GROUP) and not children:
            self.fault("form_empty", Sentence("グループや繰り返しの中に項目がありません。"))
        title = made.rows.title
        if title and title not in {child.key for child in flat(children)}:
            self.fault(
                "form_row_title",
                Sentence("rowTitle の「%(title)s」が繰り返しの中にありません。", title=title),
            )
        if made.kind in SHOWN_ONLY and set(properties) - {"trace"}:
            self.fault(
                "form_unknown_property", Sentence("表示だけの部品に入力の属性は付けられません。")
            )
        if not made.label and made.kind not in SHOWN_ONLY:
            self.fault("form_no_label", Sentence("項目名（label）がありません。"))
        return replace(made, children=children)

    def _initial(self, default: Any) -> Expression | None:
        is_expression = isinstance(default, str) and default.lstrip().startswith("=")
        return self.expression(default, "defaultValue") if is_expression else None

    def _flag(self, raw: dict[str, Any], name: str) -> bool:
        found = raw.get(name, False)
        if not isinstance(found, bool):
            self.fault(
                "form_shape", Sentence("「%(name)s」は true か false で書きます。", name=name)
            )
            return False
        return found

    def _choices(self, raw: dict[str, Any], kind: Kind) -> tuple[Choice, ...]:
        if kind not in WITH_CHOICES:
            return ()
        made = []
        for entry in self.entries(raw.get("values"), "values"):
            value = entry.get("value", "")
            text = str(value).lower() if isinstance(value, bool) else str(value)
            if set(entry) != {"label", "value"} or not text:
                self.fault("form_choice", Sentence("選択肢には label と value を書きます。"))
                continue
            made.append(Choice(text, str(entry["label"])))
        if len({choice.value for choice in made}) != len(made):
            self.fault("form_choice", Sentence("選択肢の value が重なっています。"))
        return tuple(made)

    def _rules(self, raw: dict[str, Any], properties: dict[str, Any]) -> Rules:
        validate = self.mapping(raw.get("validate"), "validate")
        pattern = str(validate.get("pattern", ""))
        type_ = validate.get("validationType", "")
        if type_ not in allowed.VALIDATION_TYPES:
            self.fault(
                "form_validation_type", Sentence("検査の種類「%(type)s」は扱えません。", type=type_)
            )
        if type_ == "email":
            pattern = allowed.EMAIL
        self._try_pattern(pattern)
        return Rules(
            minimum=self._bound(validate, "min"),
            maximum=self._bound(validate, "max"),
            shortest=self._count(validate.get("minLength"), "minLength"),
            longest=self._count(validate.get("maxLength"), "maxLength"),
            pattern=pattern,
            pattern_message=str(properties.get("patternMessage", "")),
            decimals=self._count(raw.get("decimalDigits"), "decimalDigits"),
        )

    def _bound(self, validate: dict[str, Any], name: str) -> Decimal | None:
        raw = validate.get(name)
        if raw is None or raw == "":
            return None
        try:
            return number(raw)
        except (InvalidError, TypeError, ValueError):
            self.fault("form_shape", Sentence("「%(name)s」は数で書きます。", name=name))
            return None

    def _try_pattern(self, pattern: str) -> None:
        options = re2.Options()
        options.log_errors = False
        try:
            re2.compile(pattern, options)
        except re2.error:
            self.fault(
                "form_pattern", Sentence("正規表現「%(pattern)s」は扱えません。", pattern=pattern)
            )

    def _count(self, raw: Any, name: str) -> int | None:
        if raw is None:
            return None
        if isinstance(raw, bool) or not isinstance(raw, int) or raw < 0:
            self.fault("form_shape", Sentence("「%(name)s」は0以上の整数で書きます。", name=name))
            return None
        return raw

    def _rows(self, raw: dict[str, Any], properties: dict[str, Any]) -> Rows:
        initial = self._count(raw.get("defaultRepetitions"), "defaultRepetitions")
        return Rows(
            initial=min(1 if initial is None else initial, MAX_ROWS),
            may_change=raw.get("allowAddRemove", True) is not False,
            title=str(properties.get("rowTitle", "")),
        )

    def _columns(self, raw: dict[str, Any]) -> tuple[tuple[str, str], ...]:
        return tuple(
            (self.name(column.get("key")), str(column.get("label", "")))
            for column in self.entries(raw.get("columns"), "columns")
        )


def flat(fields: tuple[Field, ...]) -> list[Field]:
    """The fields of one level: groups are opened, lists are not."""
    made: list[Field] = []
    for field in fields:
        made.extend(flat(field.children) if field.kind is Kind.GROUP else [field])
    return made


def _endings(raw: Any) -> tuple[str, ...]:
    return tuple(part.strip().lower() for part in str(raw or "").split(",") if part.strip())
