"""What the texts of models, registers and roles read like in another language."""

from __future__ import annotations

from collections.abc import Mapping

from engine.domain.labels import merged, read_labels
from engine.services.unit import Unit
from engine.storage import definitions

ENGLISH = "en"


def of_office(unit: Unit, language: str) -> Mapping[str, str]:
    """Text as it stands in models, names of registers and names of roles -> label."""
    registers = {
        register.name: str(register.schema.get("x-labels", {}).get(language, ""))
        for register in unit.office.registers.values()
    }
    roles = unit.office.roles.by_code.values() if language == ENGLISH else ()
    return merged(
        of_models(unit, language),
        {name: label for name, label in registers.items() if label},
        {role.name: role.name_en for role in roles if role.name_en},
    )


def of_models(unit: Unit, language: str) -> Mapping[str, str]:
    """Text as it stands in the models -> label, of all versions; the newest wins.

    They are read anew when something has been put into service since, also by another server.
    """
    count = definitions.deployment_count(unit)
    known = unit.office.models.labels.get(language)
    if known is None or known[0] != count:
        contents = definitions.label_files(unit, f"labels.{language}.json")
        known = (count, merged(*(read_labels(content) for content in contents)))
        unit.office.models.labels[language] = known
    return known[1]
