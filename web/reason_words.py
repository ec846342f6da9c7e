"""Why a gateway or a decision came out as it did, in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from web.i18n import _, data


def lines(why: Mapping[str, Any]) -> list[Markup]:
    """One line for each rule or condition that decided; a decision may stand before conditions."""
    rules = [_rule(rule) for rule in why.get("rules", ())]
    return rules + (_conditions(why) if "conditions" in why else [])


def _conditions(why: Mapping[str, Any]) -> list[Markup]:
    conditions = why["conditions"]
    if why["otherwise"]:
        seen = {name: value for one in conditions for name, value in one["values"].items()}
        said = _labelled(why, Markup.escape(_("どの条件にも当てはまらないため")))
        return [_with_values(said, seen)]
    return [_held(one) for one in conditions]


def _held(one: Mapping[str, Any]) -> Markup:
    said = Markup.escape(_("条件「%(text)s」に当てはまるため")) % {"text": _code(one["text"])}
    return _with_values(_labelled(one, said), one["values"])


def _labelled(one: Mapping[str, Any], said: Markup) -> Markup:
    """First the answer that stands at the flow; older lines have none."""
    if not one.get("label"):
        return said
    parts = {"label": data(one["label"]), "said": said}
    return Markup.escape(_("「%(label)s」を選択：%(said)s")) % parts


def _rule(rule: Mapping[str, Any]) -> Markup:
    seen = _listed([_condition(one) for one in rule["conditions"]])
    parts = {"index": rule["index"], "seen": seen or _("その他の場合")}
    said = Markup.escape(_("規則%(index)sに該当：%(seen)s")) % parts
    return said + Markup(" ― ") + data(rule["annotation"]) if rule["annotation"] else said


def _condition(one: Mapping[str, str]) -> Markup:
    """A test that only names the value again is left out."""
    pair = _pair(one["label"], one["value"])
    is_repeated = one["test"].strip('"') == one["value"]
    return pair if is_repeated else _beside(pair, _code(one["test"]))


def _with_values(said: Markup, values: Mapping[str, str]) -> Markup:
    seen = _listed([_pair(name, value) for name, value in values.items()])
    return _beside(said, seen) if seen else said


def _pair(name: str, value: str) -> Markup:
    said = _constants().get(value) or data(value)
    return Markup.escape(_("%(name)s＝%(value)s")) % {"name": data(name), "value": said}


def _constants() -> dict[str, str]:
    return {"true": _("はい"), "false": _("いいえ"), "null": _("なし")}


def _code(text: str) -> Markup:
    """An expression as it stands in the model; it belongs to no language."""
    return Markup('<code translate="no">{}</code>').format(text)


def _beside(said: Markup, more: Markup) -> Markup:
    return Markup.escape(_("%(said)s（%(more)s）")) % {"said": said, "more": more}


def _listed(parts: list[Markup]) -> Markup:
    return Markup(_("、")).join(parts)  # noqa: S704  a mark of our own
