"""代理: setting it up, ending it, and acting for somebody while it lasts."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from engine.domain import delegation as rules
from engine.domain.access import Actor, may_delegate_for, standing_in
from engine.domain.delegation import Delegation, Fault, Party
from engine.domain.errors import FieldErrors, ForbiddenError
from engine.domain.instance import InstanceHead
from engine.domain.person import Person
from engine.domain.sentence import Sentence, later
from engine.domain.user_task import UserTask
from engine.services import notices, people
from engine.services.task_forms import may_act
from engine.services.unit import Unit
from engine.storage import definitions, history
from engine.storage import delegations as rows
from engine.storage import people as person_rows
from engine.storage.history import Line

MAX_REASON = 200
MOST_PEOPLE = 2_000
_SAID: Mapping[Fault, tuple[str, str]] = {  # fault -> (field of the form, sentence)
    Fault.ONESELF: ("proxy", later("本人を代理にはできません。ほかの人を選んでください。")),
    Fault.INACTIVE: ("proxy", later("この人は今、利用できません。ほかの人を選んでください。")),
    Fault.OUTSIDER: (
        "proxy",
        later("外部の事業者は庁内の人の代理になれません。庁内の人を選んでください。"),
    ),
    Fault.CIRCLE: (
        "proxy",
        later(
            "%(name)sさんの代理を、この期間は本人が受けています。ほかの人か、重ならない期間にしてください。"
        ),
    ),
    Fault.TWICE: (
        "proxy",
        later(
            "この期間には、同じ業務フローの代理がすでに%(name)sさんにあります。先にそれを終えるか、重ならない期間にしてください。"
        ),
    ),
    Fault.PROXY_IS_AWAY: (
        "proxy",
        later("この人も重なる期間に%(name)sさんへ代理を依頼しています。ほかの人を選んでください。"),
    ),
    Fault.HOLDER_IS_PROXY: (
        "from",
        later(
            "重なる期間に%(name)sさんの代理を受けています。先にそれを終えるか、重ならない期間にしてください。"
        ),
    ),
    Fault.PAST: ("from", later("過ぎた日からは始められません。今日以降の日を入力してください。")),
    Fault.BACKWARDS: (
        "to",
        later("終わりの日が始まりの日より前です。始まりの日以降にしてください。"),
    ),
    Fault.TOO_LONG: ("to", later("代理は1年までです。終わりの日を早めてください。")),
}


class MayNotDelegateError(ForbiddenError):
    """Neither one's own, nor of one's group, nor an administrator."""

    code = "may_not_delegate"


@dataclass(frozen=True, kw_only=True)
class NewDelegation:
    """What the form asks for.  `process_keys` empty: every process."""

    person_id: str
    proxy_id: str
    valid_from_on: date
    valid_to_on: date
    process_keys: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Somebody the actor represents today: `actor` is the actor with that person's rights."""

    actor: Actor
    holder_name: str
    delegations: tuple[Delegation, ...]

    @property
    def until_on(self) -> date:
        return max(one.valid_to_on for one in self.delegations)

    @property
    def process_keys(self) -> frozenset[str] | None:
        """The processes it is about; None: every one."""
        keys = {one.process_key for one in self.delegations}
        return None if None in keys else frozenset(key for key in keys if key is not None)


@dataclass(frozen=True, kw_only=True)
class Delegations:
    """What the page of a person shows; `names`: person id -> name, process key -> name."""

    person: Person
    given: tuple[Delegation, ...]
    received: tuple[Delegation, ...]
    names: Mapping[str, str]


def active_for(unit: Unit, proxy_id: str) -> tuple[Delegation, ...]:
    """What this person may do for others now."""
    return tuple(rows.active_of(unit, proxy_id, unit.today))


def standings(unit: Unit, actor: Actor) -> list[Standing]:
    """Everybody the actor may act for today; inactive people have no rights to lend."""
    by_holder: dict[str, list[Delegation]] = {}
    for one in active_for(unit, actor.user_id):
        by_holder.setdefault(one.person_id, []).append(one)
    found = []
    for person_id, given in by_holder.items():
        holder = people.actor(unit, person_id)
        if holder is not None:
            standing = Standing(
                actor=standing_in(actor, holder), holder_name=holder.name, delegations=tuple(given)
            )
            found.append(standing)
    return found


def acting_on(unit: Unit, task: UserTask, head: InstanceHead, actor: Actor) -> Actor:
    """Who acts when this person works on that task: himself where he may, else for a holder.

    Nothing is asked of the database where the own rights suffice.
    """
    found = standing_on(unit, task, head, actor)
    return actor if found is None else found.actor


def standing_on(unit: Unit, task: UserTask, head: InstanceHead, actor: Actor) -> Standing | None:
    """For whom the person acts on the task; None in the own name, or not at all."""
    if task.is_closed or actor.on_behalf_of is not None or may_act(task, actor):
        return None
    for standing in standings(unit, actor):
        given = tuple(one for one in standing.delegations if one.covers(head.key))
        if given and may_act(task, standing.actor):
            return Standing(
                actor=standing.actor, holder_name=standing.holder_name, delegations=given
            )
    return None


def ended_since(
    unit: Unit, task: UserTask, head: InstanceHead, actor: Actor, opened_at: datetime
) -> Standing | None:
    """For whom the person could act on the task when its page was opened, but not any more."""
    for one in rows.of(unit, actor.user_id):
        was = one.proxy_id == actor.user_id and one.covers(head.key) and one.is_active(opened_at)
        holder = people.actor(unit, one.person_id) if was and one.has_ended(unit.now) else None
        if holder is None:
            continue
        acting = standing_in(actor, holder)
        if may_act(task, acting):
            return Standing(actor=acting, holder_name=holder.name, delegations=(one,))
    return None


def page(unit: Unit, actor: Actor, person_id: str | None = None) -> Delegations:
    """Given and received of oneself, or of somebody one may set up a proxy for.

    Raises:
        MayNotDelegateError, NotFoundError.
    """
    person = person_rows.get(unit, person_id or actor.user_id)
    _check(unit, actor, person)
    found = rows.of(unit, person.id)
    ids = {id_ for one in found for id_ in (one.person_id, one.proxy_id, one.created_by)}
    names = {head.key: head.name for head in definitions.newest(unit)}
    names |= people.names(unit, sorted(ids))
    return Delegations(
        person=person,
        given=tuple(one for one in found if one.person_id == person.id),
        received=tuple(one for one in found if one.proxy_id == person.id),
        names=names,
    )


def get(unit: Unit, delegation_id: str, actor: Actor) -> Delegation:
    """One that the actor may end.

    Raises:
        MayNotDelegateError, NotFoundError.
    """
    found = rows.get(unit, delegation_id)
    if actor.user_id not in (found.person_id, found.proxy_id):
        _check(unit, actor, person_rows.get(unit, found.person_id))
    return found


def may_choose_holder(unit: Unit, actor: Actor) -> list[Person]:
    """Others for whom the actor may set up a proxy: of the own groups, or everybody."""
    found = person_rows.page(unit, 0, MOST_PEOPLE)
    others = [one for one in found if one.id != actor.user_id and one.is_active]
    return [one for one in others if may_delegate_for(actor, people.actor_of(one, unit.today))]


def choices(unit: Unit, person: Person) -> list[Person]:
    """Who could represent that person, by name."""
    holder = Party(actor=people.actor_of(person, unit.today))
    found = [one for one in person_rows.page(unit, 0, MOST_PEOPLE) if one.memberships]
    able = [one for one in found if rules.fault_of_people(holder, _party(unit, one)) is None]
    return sorted(able, key=lambda one: (one.organisation_name, one.name))


def give(unit: Unit, new: NewDelegation, actor: Actor) -> tuple[str, ...]:
    """Set up a proxy, one row for each process; tells the proxy, and the holder if it is another.

    Raises:
        MayNotDelegateError: not for this person.
        FieldErrors: person, proxy, from, to, processes or reason cannot be taken.
    """
    holder = person_rows.get(unit, new.person_id)
    _check(unit, actor, holder)
    proxy = person_rows.find(unit, new.proxy_id)
    wanted = _rows(unit, new, actor)
    errors = _errors(unit, new, wanted, holder, proxy)
    if errors:
        raise FieldErrors(errors)
    for one in wanted:
        rows.add(unit, one)
    detail = {
        "person_id": holder.id,
        "proxy_id": new.proxy_id,
        "from": new.valid_from_on.isoformat(),
        "to": new.valid_to_on.isoformat(),
        "processes": list(new.process_keys),
        "reason": new.reason,
    }
    history.add(unit, Line(event="delegation_given", actor=actor, detail=detail))
    told = {**detail, "by": holder.name, "proxy": proxy.name if proxy else ""}
    notices.notify(unit, [new.proxy_id], "delegation_given", detail=told, mail=True)
    if actor.user_id != holder.id:
        told["set_by"] = actor.name
        notices.notify(unit, [holder.id], "delegation_set", detail=told, mail=True)
    return tuple(one.id for one in wanted)


def end(unit: Unit, delegation_id: str, actor: Actor) -> Delegation:
    """End it now: by the holder, the proxy, or whoever may set it up.  Ended ones stay so.

    Raises:
        MayNotDelegateError, NotFoundError.
    """
    found = get(unit, delegation_id, actor)
    if found.has_ended(unit.now):
        return found
    rows.end(unit, delegation_id)
    detail = {"person_id": found.person_id, "proxy_id": found.proxy_id}
    history.add(unit, Line(event="delegation_ended", actor=actor, detail=detail))
    return found


def tell_holder(unit: Unit, done: UserTask, actor: Actor) -> None:
    """Let the holder know, also by mail, what the proxy has completed; nothing without one."""
    if actor.on_behalf_of is None:
        return
    holder = people.names(unit, [actor.on_behalf_of]).get(actor.on_behalf_of, "")
    notices.notify(
        unit,
        [actor.on_behalf_of],
        "completed_by_proxy",
        detail={"by": actor.name, "holder": holder, "task": done.name},
        instance_id=done.instance_id,
        task_id=done.id,
        key=f"completed_by_proxy:{done.id}",
        mail=True,
    )


def _check(unit: Unit, actor: Actor, holder: Person) -> None:
    if not may_delegate_for(actor, people.actor_of(holder, unit.today)):
        raise MayNotDelegateError(f"{actor.user_id} may not delegate for {holder.id}")


def _party(unit: Unit, person: Person) -> Party:
    return Party(actor=people.actor_of(person, unit.today), is_active=person.is_active)


def _rows(unit: Unit, new: NewDelegation, actor: Actor) -> list[Delegation]:
    return [
        Delegation(
            id=uuid.uuid4().hex,
            person_id=new.person_id,
            proxy_id=new.proxy_id,
            process_key=key,
            valid_from_on=new.valid_from_on,
            valid_to_on=new.valid_to_on,
            reason=new.reason,
            created_by=actor.user_id,
            created_at=unit.now,
        )
        for key in (dict.fromkeys(new.process_keys) or (None,))
    ]


def _errors(
    unit: Unit,
    new: NewDelegation,
    wanted: Sequence[Delegation],
    holder: Person,
    proxy: Person | None,
) -> dict[str, str]:
    errors: dict[str, str] = {}
    if proxy is None:
        errors["proxy"] = Sentence("代理の人を選んでください。")
    elif fault := rules.fault_of_people(_party(unit, holder), _party(unit, proxy)):
        errors["proxy"] = Sentence(_SAID[fault][1])
    if days := rules.fault_of_days(wanted[0], unit.today):
        errors[days[0]] = Sentence(_SAID[days[1]][1])
    if not {one.key for one in definitions.newest(unit)}.issuperset(new.process_keys):
        errors["processes"] = Sentence("この業務フローは今ありません。選び直してください。")
    if len(new.reason) > MAX_REASON:
        errors["reason"] = Sentence("理由は%(most)s字までです。", most=MAX_REASON)
    return errors or _clashes(unit, wanted)


def _clashes(unit: Unit, wanted: Sequence[Delegation]) -> dict[str, str]:
    first = wanted[0]
    others = rows.touching(unit, (first.person_id, first.proxy_id), first.valid_from_on)
    for one in wanted:
        found = rules.clash(one, others)
        if found is not None:
            fault, other = found
            field, said = _SAID[fault]
            named = {
                Fault.CIRCLE: other.person_id,
                Fault.HOLDER_IS_PROXY: other.person_id,
            }.get(fault, other.proxy_id)
            name = people.names(unit, [named]).get(named, named)
            return {field: Sentence(said, name=name)}
    return {}
