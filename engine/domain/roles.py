"""The roles of the office: their names, and who stands above whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.domain.access import HEAD
from engine.domain.errors import Finding, RefusedError


@dataclass(frozen=True, kw_only=True)
class Role:
    """A role code of config/roles.toml.  `members`: the roles it is the sum of."""

    code: str
    name: str
    name_en: str = ""
    external: bool = False
    external_form: bool = False
    next_higher: str = ""
    members: tuple[str, ...] = ()


class Roles:
    """All roles by code."""

    def __init__(self, roles: Iterable[Role]) -> None:
        self.by_code = {role.code: role for role in roles}

    def names(self) -> dict[str, str]:
        return {code: role.name for code, role in self.by_code.items()}

    def is_group(self, text: str) -> bool:
        """Whether the text is a role code or the head of one (`PJMO:head`)."""
        return text.removesuffix(HEAD) in self.by_code

    def name_of(self, group: str) -> str:
        """`PJMO`, `PJMOの長`; an unknown code stays as it is."""
        code = group.removesuffix(HEAD)
        name = self.by_code[code].name if code in self.by_code else code
        return f"{name}の長" if group.endswith(HEAD) else name

    def above(self, group: str) -> str:
        """The group that decides when only the drafter could; empty at the top."""
        role = self.by_code.get(group.removesuffix(HEAD))
        return "" if role is None else role.next_higher

    def spread(self, codes: Iterable[str]) -> frozenset[str]:
        """Role codes with sums (`TO`) replaced by what they are the sum of."""
        return frozenset(self._members(codes))

    def _members(self, codes: Iterable[str]) -> Iterator[str]:
        for code in codes:
            role = self.by_code.get(code)
            if role is not None and role.members:
                yield from self._members(role.members)
            else:
                yield code


def read_roles(tables: Mapping[str, Any], file: str) -> Roles:
    """The roles of a TOML file with `[[role]]` tables.

    Raises:
        RefusedError: a role without code or name, or somebody above who does not exist.
    """
    known = set(Role.__dataclass_fields__)
    roles = [
        Role(**{**entry, "members": tuple(entry.get("members", ()))})
        for entry in tables.get("role", ())
        if set(entry) <= known and entry.get("code") and entry.get("name")
    ]
    codes = {role.code for role in roles}
    faults = [
        f"役割「{role.code}」の next_higher「{role.next_higher}」がありません。"
        for role in roles
        if role.next_higher and role.next_higher.removesuffix(HEAD) not in codes
    ]
    if len(roles) != len(tables.get("role", ())):
        faults.append(
            f"役割には code と name を書きます。使える項目は {', '.join(sorted(known))} です。"
        )
    if faults:
        raise RefusedError([Finding(code="roles", message=text, file=file) for text in faults])
    return Roles(roles)
