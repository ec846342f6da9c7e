"""Who is acting, and what may they do?  Every "may" question of the house is answered here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

HEAD = ":head"  # candidate group `PJMO:head` = the head of the group PJMO
EXTERNAL_ROLES = frozenset({"DEV", "OPS", "MAINT", "GAIBU"})
ADMINISTRATOR = "ADMIN"
OVERSIGHT_ROLES = frozenset({"PMO", ADMINISTRATOR})
EVERYWHERE_ROLES = OVERSIGHT_ROLES | {"OWNER"}  # held in all projects, or not at all


@dataclass(frozen=True, kw_only=True)
class Membership:
    """A person's role in one project, or in all (`project_id` None), for a span of days.

    `id`: of the row it was read from; None for one that is not written yet.
    """

    person_id: str
    role: str  # a code of config/roles.toml, e.g. PJMO
    project_id: str | None
    is_head: bool = False
    valid_from_on: date = date.min
    valid_to_on: date = date.max
    id: int | None = field(default=None, compare=False)

    def is_valid(self, on: date) -> bool:
        return self.valid_from_on <= on <= self.valid_to_on


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who is acting, as established by the sign-in; never taken from a form.

    `memberships` holds only those valid today.  `on_behalf_of` is the person represented, if any.
    """

    user_id: str
    name: str = ""
    memberships: tuple[Membership, ...] = ()
    on_behalf_of: str | None = None
    _groups: frozenset[tuple[str, str | None]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        groups = {(m.role, m.project_id) for m in self.memberships}
        groups |= {(m.role + HEAD, m.project_id) for m in self.memberships if m.is_head}
        object.__setattr__(self, "_groups", frozenset(groups))

    def holds(self, group: str, project_id: str | None) -> bool:
        """Whether the actor is in that candidate group (`PJMO`, `PJMO:head`) of that project."""
        return (group, project_id) in self._groups or (group, None) in self._groups

    @property
    def stands_for(self) -> str:
        """Whose work it is: the person represented, or the actor."""
        return self.on_behalf_of or self.user_id

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(m.role for m in self.memberships)

    @property
    def project_ids(self) -> frozenset[str]:
        """Projects the actor is a member of; memberships of all projects are not listed."""
        return frozenset(m.project_id for m in self.memberships if m.project_id is not None)

    @property
    def sees_all_projects(self) -> bool:
        return any(m.project_id is None for m in self.memberships) or bool(
            self.roles & OVERSIGHT_ROLES
        )

    @property
    def is_external(self) -> bool:
        """External parties see only their own tasks and attachments."""
        return bool(self.roles) and self.roles <= EXTERNAL_ROLES


def system_actor(name: str, label: str) -> Actor:
    """Something that acts by itself, e.g. `system:schedule`, shown as 定期起動."""
    return Actor(user_id=f"system:{name}", name=label)


SCHEDULE = system_actor("schedule", "定期起動")
CLOCK = system_actor("clock", "期限の到来")
WORKER = system_actor("worker", "自動処理")
MESSAGES = system_actor("messages", "メッセージの受信")


def standing_in(proxy: Actor, holder: Actor) -> Actor:
    """The proxy with the rights of the holder, instead of his own, and with both names."""
    return replace(proxy, memberships=holder.memberships, on_behalf_of=holder.user_id)


def may_delegate_for(actor: Actor, holder: Actor) -> bool:
    """代理の設定: for oneself; for others an administrator, or the head of a group they are in."""
    if actor.user_id == holder.user_id or ADMINISTRATOR in actor.roles:
        return True
    return any(actor.holds(m.role + HEAD, m.project_id) for m in holder.memberships)


def may_assign(actor: Actor, groups: Iterable[str], project_id: str | None) -> bool:
    """担当を替える: the PJMO of the project, the head of a candidate group, an administrator."""
    heads = (group.removesuffix(HEAD) + HEAD for group in groups)
    return (
        actor.holds("PJMO", project_id)
        or ADMINISTRATOR in actor.roles
        or any(actor.holds(head, project_id) for head in heads)
    )


def may_see_project(actor: Actor, project_id: str | None) -> bool:
    """Members of a project and those who oversee all see its instances and registers."""
    if actor.user_id.startswith("system:"):
        return True
    if actor.is_external:
        return False
    return actor.sees_all_projects or project_id in actor.project_ids


def may_see_instance(actor: Actor, started_by: str, project_id: str | None) -> bool:
    """Whoever has started an instance sees it, wherever it lies."""
    return started_by == actor.user_id or may_see_project(actor, project_id)


def may_read_comments(
    actor: Actor, started_by: str, project_id: str | None, *, has_task: bool
) -> bool:
    """Comments of an instance are read and written by all who see it, and by those with a task of
    it: for external parties that is the only way.
    """
    return has_task or actor.user_id == started_by or may_see_project(actor, project_id)


def may_start(actor: Actor, starters: frozenset[str], project_id: str | None) -> bool:
    """A process is started by the roles it names (`starters`), or by PJMO where it names none."""
    if actor.user_id.startswith("system:"):
        return True
    wanted = starters or frozenset({"PJMO"})
    return any(actor.holds(role, project_id) for role in wanted)


def may_cancel(actor: Actor, started_by: str, project_id: str | None) -> bool:
    """取りやめ: who started it, the project's PJMO, or an administrator."""
    return (
        actor.user_id == started_by
        or actor.holds("PJMO", project_id)
        or ADMINISTRATOR in actor.roles
    )


def may_suspend(actor: Actor, started_by: str, project_id: str | None) -> bool:
    """一時停止 and 再開: who may also cancel the instance."""
    return may_cancel(actor, started_by, project_id)


def may_deploy(actor: Actor) -> bool:
    return bool(actor.roles & {"OWNER", ADMINISTRATOR}) or actor.user_id.startswith("system:")


def may_change_variables(actor: Actor, project_id: str | None) -> bool:
    """データ項目の変更: the project's PJMO and administrators."""
    return may_administer(actor) or actor.holds("PJMO", project_id)


def may_rewind(actor: Actor, project_id: str | None) -> bool:
    """前の時点に戻す: the project's PJMO and administrators."""
    return may_administer(actor) or actor.holds("PJMO", project_id)


def may_migrate(actor: Actor) -> bool:
    """版の切替: process owners and administrators."""
    return bool(actor.roles & {"OWNER", ADMINISTRATOR})


def may_move(actor: Actor) -> bool:
    """進む場所を変える: process owners and administrators."""
    return bool(actor.roles & {"OWNER", ADMINISTRATOR})


def may_edit_models(actor: Actor) -> bool:
    """スタジオ: process owners and administrators."""
    return bool(actor.roles & {"OWNER", ADMINISTRATOR})


def may_use_sandbox(actor: Actor, maker: str) -> bool:
    """試す: a sandbox belongs to who has made it."""
    return may_edit_models(actor) and actor.user_id == maker


def may_administer(actor: Actor) -> bool:
    return ADMINISTRATOR in actor.roles


def may_mend(actor: Actor) -> bool:
    """処理停止 and 届いていないメッセージ: administrators, and the PJMO of any project."""
    return may_administer(actor) or "PJMO" in actor.roles


def mended_projects(actor: Actor) -> frozenset[str] | None:
    """Projects whose trouble the actor may mend; None: all, and what belongs to no project."""
    if may_administer(actor) or actor.holds("PJMO", None):
        return None
    return frozenset(
        m.project_id for m in actor.memberships if m.role == "PJMO" and m.project_id is not None
    )


def may_see_batch(actor: Actor, maker: str) -> bool:
    """Work in the background is seen by who began it, and by administrators."""
    return actor.user_id == maker or may_administer(actor)


def may_edit_register(actor: Actor, editors: frozenset[str], project_id: str | None) -> bool:
    """Write records by hand: the roles the register names, in that project.

    A register that names none is written by processes alone.  Records of no project belong to all:
    administrators keep them.
    """
    if not editors or actor.is_external:
        return False
    if project_id is None:
        return ADMINISTRATOR in actor.roles
    return ADMINISTRATOR in actor.roles or any(actor.holds(role, project_id) for role in editors)


def may_take_back(actor: Actor, completed_by: str | None) -> bool:
    """引き戻す: who has completed the task, also for somebody else."""
    return actor.user_id == completed_by


def may_see_schedules(actor: Actor, project_id: str | None) -> bool:
    """定期起動: administrators, the PMO, and the project's own PJMO."""
    return bool(actor.roles & OVERSIGHT_ROLES) or actor.holds("PJMO", project_id)


def may_change_schedules(actor: Actor, project_id: str | None) -> bool:
    return may_administer(actor) or actor.holds("PJMO", project_id)


def may_open_schedules(actor: Actor) -> bool:
    """Whether the page has anything for this person at all."""
    return schedule_projects(actor) != frozenset()


def schedule_projects(actor: Actor) -> frozenset[str] | None:
    """The projects whose schedules the actor sees; None: all."""
    own = {m.project_id for m in actor.memberships if m.role == "PJMO"}
    if actor.roles & OVERSIGHT_ROLES or None in own:
        return None
    return frozenset(project_id for project_id in own if project_id is not None)


def may_see_board(actor: Actor) -> bool:
    """全体ボード and 分析: those who oversee all projects, and members for their own ones."""
    return not actor.is_external and (actor.sees_all_projects or bool(actor.project_ids))


def overseen_projects(actor: Actor) -> frozenset[str] | None:
    """Projects whose figures the actor sees; None: all."""
    return None if actor.sees_all_projects else actor.project_ids
