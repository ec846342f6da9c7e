"""Which components and properties may a form file hold?  Everything else is refused."""

from __future__ import annotations

from collections.abc import Mapping

SCHEMA_VERSION = 19

FORM = frozenset(
    {
        "anonymous",
        "components",
        "type",
        "id",
        "schemaVersion",
        "executionPlatform",
        "executionPlatformVersion",
        "exporter",
        "versionTag",
        "properties",
    }
)
FORM_PROPERTIES = frozenset({"checks"})
CHECK = frozenset({"when", "message", "field"})

_EVERY = frozenset({"type", "id", "layout", "conditional", "properties"})
_FIELD = _EVERY | {
    "key",
    "label",
    "description",
    "readonly",
    "disabled",
    "defaultValue",
    "validate",
}
_CHOICE = _FIELD | {"values", "valuesExpression"}
_ADORNED = _FIELD | {"appearance"}

COMPONENTS: Mapping[str, frozenset[str]] = {
    "textfield": _ADORNED,
    "textarea": _ADORNED,
    "number": _ADORNED | {"decimalDigits", "increment", "serializeToString"},
    "datetime": _ADORNED
    | {"subtype", "dateLabel", "timeLabel", "timeInterval", "timeSerializingFormat", "use24h"},
    "select": _CHOICE | {"searchable", "appearance"},
    "radio": _CHOICE,
    "checklist": _CHOICE,
    "taglist": _CHOICE,
    "checkbox": _FIELD,
    "filepicker": _FIELD | {"accept", "multiple"},
    "group": _EVERY | {"label", "components", "showOutline", "verticalAlignment", "description"},
    "dynamiclist": _EVERY
    | {
        "path",
        "label",
        "description",
        "components",
        "showOutline",
        "verticalAlignment",
        "isRepeating",
        "allowAddRemove",
        "defaultRepetitions",
        "disableCollapse",
        "nonCollapsedItems",
        "readonly",
        "validate",
    },
    "text": _EVERY | {"text", "label"},
    "table": _EVERY | {"label", "description", "dataSource", "columns", "rowCount"},
    "separator": _EVERY,
    "spacer": _EVERY | {"height"},
}

_LENGTHS = frozenset({"required", "minLength", "maxLength"})
VALIDATE: Mapping[str, frozenset[str]] = {
    "textfield": _LENGTHS | {"pattern", "validationType"},
    "textarea": _LENGTHS,
    "number": frozenset({"required", "min", "max"}),
}
VALIDATE_OTHERS = frozenset({"required"})
VALIDATION_TYPES = frozenset({"", "custom", "email"})

# Custom properties of a component; the editor keeps them as pairs of texts.
PROPERTIES = frozenset(
    {"valueExpression", "requiredIf", "fieldType", "rowTitle", "patternMessage", "trace"}
)
APPEARANCE = frozenset({"prefixAdorner", "suffixAdorner"})
EMAIL = r"[^@\s]+@[^@\s]+\.[^@\s.]+"
