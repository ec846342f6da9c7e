"""What is known of a value whose type is written in a decision file?"""

from __future__ import annotations

from engine.dmn.types import Type
from engine.feel.checking.kinds import BY_NAME, UNKNOWN, Kind


def of_type(type_: Type) -> Kind:
    """The kind of the values of a type; unknown for Any and for functions of unknown make."""
    if type_.element is not None:
        return Kind(name="list", element=of_type(type_.element))
    if type_.components:
        entries = {name: of_type(one) for name, one in type_.components.items()}
        return Kind(name="context", entries=entries)
    name = type_.shape.name
    return BY_NAME.get(name.partition("<")[0], UNKNOWN)
