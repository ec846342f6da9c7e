"""What the page 版の切替 shows before anything is done: who could go, who could not, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.domain.access import Actor
from engine.domain.errors import NotFoundError
from engine.domain.instance import InstanceHead
from engine.domain.records import DefinitionHead
from engine.execution.bundle import Bundle
from engine.execution.migration import Migrated, NotMigratableError, Reason
from engine.services import migrating
from engine.services.migrating import Target
from engine.services.unit import Unit
from engine.storage import definitions, instances
from engine.storage.queries import studio as queries

MOST_TRIED = 300  # instances of which the page says how they would fare


@dataclass(frozen=True, kw_only=True)
class NewTimer:
    """A moment that the migration sets: of a new boundary event, or of one drawn otherwise."""

    name: str
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class Trial:
    """How one instance would fare; without `reasons` it would go."""

    head: InstanceHead
    reasons: tuple[Reason, ...] = ()
    timers: tuple[NewTimer, ...] = ()
    gone: int = 0


@dataclass(frozen=True, kw_only=True)
class Lost:
    """An element somebody stands at that the other version lacks; `choices`: (id, name)."""

    element_id: str
    name: str
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class MigrationPage:
    """`running`: version -> running instances; `trials`: of the oldest 300 of them."""

    key: str
    name: str
    versions: tuple[DefinitionHead, ...]
    running: Mapping[int, int]
    before: DefinitionHead
    after: DefinitionHead
    trials: tuple[Trial, ...]
    lost: tuple[Lost, ...]

    @property
    def total(self) -> int:
        return self.running.get(self.before.version, 0)

    @property
    def movable(self) -> int:
        return sum(not trial.reasons for trial in self.trials)


def page(
    unit: Unit,
    key: str,
    numbers: tuple[int, int],
    mapping: Mapping[str, str],
    actor: Actor,
) -> MigrationPage:
    """`numbers`: from which version to which; 0 is the oldest with instances, and the newest.

    Raises:
        MayNotMigrateError
        NotFoundError: there is no such process, or but one version of it.
    """
    migrating.check(actor)
    versions = definitions.versions(unit, key)
    if len(versions) < 2:  # noqa: PLR2004  there is nothing to choose
        raise NotFoundError("process_definition", key)
    counts = queries.running(unit)
    running = {one.version: counts.get(one.id, 0) for one in versions}
    before, after = _chosen(versions, running, numbers)
    target = Target(definition_id=after.id, reason="", mapping=mapping)
    found = instances.running_of(unit, before.id, MOST_TRIED)
    trials = tuple(_trial(unit, head, live, target, actor) for head, live in found)
    return MigrationPage(
        key=key,
        name=versions[0].name,
        versions=tuple(versions),
        running=running,
        before=before,
        after=after,
        trials=trials,
        lost=_lost(unit, before, after, trials, mapping),
    )


def _chosen(
    versions: Sequence[DefinitionHead], running: Mapping[int, int], numbers: tuple[int, int]
) -> tuple[DefinitionHead, DefinitionHead]:
    by_number = {one.version: one for one in versions}
    after = by_number.get(numbers[1], versions[0])
    others = [one for one in reversed(versions) if one is not after]
    usual = next((one for one in others if running[one.version]), others[-1])
    before = by_number.get(numbers[0], usual)
    return (usual if before is after else before), after


def _trial(unit: Unit, head: InstanceHead, live: bytes, target: Target, actor: Actor) -> Trial:
    try:
        found = migrating.tried(unit, head, live, target, actor)
    except NotMigratableError as error:
        return Trial(head=head, reasons=error.reasons)
    bundle = unit.office.models.bundle(unit, target.definition_id)
    return Trial(head=head, timers=_timers(bundle, found), gone=_gone(found))


def _timers(bundle: Bundle, found: Migrated) -> tuple[NewTimer, ...]:
    return tuple(
        NewTimer(name=bundle.elements[one.element_id].name or one.element_id, due_at=one.due_at)
        for one in found.step.timers
    )


def _gone(found: Migrated) -> int:
    """How many timers are given up without another in their place."""
    return len(set(found.step.timers_gone) - {one.id for one in found.step.timers})


def _lost(
    unit: Unit,
    before: DefinitionHead,
    after: DefinitionHead,
    trials: Sequence[Trial],
    mapping: Mapping[str, str],
) -> tuple[Lost, ...]:
    """What has to stand for the elements that are gone, with those chosen so far."""
    old = unit.office.models.bundle(unit, before.id).elements
    new = unit.office.models.bundle(unit, after.id).elements
    ids = {reason.element_id for trial in trials for reason in trial.reasons}
    wanted = sorted((ids & set(old)) - set(new) | set(mapping) & set(old))
    return tuple(
        Lost(
            element_id=id_,
            name=old[id_].name or id_,
            choices=tuple(
                (one.id, one.name or one.id) for one in new.values() if one.kind == old[id_].kind
            ),
        )
        for id_ in wanted
    )
