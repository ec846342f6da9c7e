"""The side menu: what a person may open, in the groups of the office."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby

from engine.domain.access import (
    Actor,
    may_administer,
    may_edit_models,
    may_mend,
    may_open_schedules,
    may_see_board,
)
from engine.services import incidents, instances, mails
from web import formats
from web.context import actor, engine, sandbox
from web.i18n import _


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One link.  `count`: how many things wait there for this person, empty for none."""

    group: str
    endpoint: str
    picture: str  # of templates/_parts/icon.html
    words: str
    count: Callable[[], str] | None = None
    is_red: bool = False  # the count is of what is stuck
    may_open: Callable[[Actor], bool] = lambda _actor: True


def _entries(waiting: Callable[[], str]) -> Iterator[Entry]:
    work = _("仕事")
    yield Entry(
        group=work, endpoint="worklist.show", picture="inbox", words=_("受信箱"), count=waiting
    )
    yield Entry(group=work, endpoint="instances.listing", picture="folder", words=_("案件"))
    yield Entry(
        group=work,
        endpoint="processes.listing",
        picture="play",
        words=_("業務を始める"),
        may_open=lambda person: bool(engine().ask(instances.startable, person)),
    )
    yield Entry(group=work, endpoint="registers.listing", picture="table", words=_("台帳"))
    yield from _overseeing(_("全体"))
    yield Entry(
        group=_("設計"),
        endpoint="studio.library",
        picture="flow",
        words=_("スタジオ"),
        may_open=may_edit_models,
    )
    yield from _mending(_("稼働"))
    yield from _administering(_("管理"))


def _overseeing(overseeing: str) -> Iterator[Entry]:
    yield Entry(
        group=overseeing,
        endpoint="overview.show",
        picture="board",
        words=_("全体ボード"),
        may_open=may_see_board,
    )
    yield Entry(
        group=overseeing,
        endpoint="analysis.listing",
        picture="clock",
        words=_("分析"),
        may_open=may_see_board,
    )


def _mending(mending: str) -> Iterator[Entry]:
    yield Entry(
        group=mending,
        endpoint="incidents.listing",
        picture="stop",
        words=_("処理停止"),
        count=_stopped,
        is_red=True,
        may_open=may_mend,
    )
    yield Entry(
        group=mending,
        endpoint="messages.listing",
        picture="comment",
        words=_("届いていないメッセージ"),
        may_open=may_mend,
    )
    yield Entry(
        group=mending,
        endpoint="schedules.listing",
        picture="calendar",
        words=_("定期起動"),
        may_open=may_open_schedules,
    )
    yield from _watching(mending)


def _watching(mending: str) -> Iterator[Entry]:
    yield Entry(
        group=mending,
        endpoint="jobs.listing",
        picture="clock",
        words=_("予約処理"),
        may_open=may_administer,
    )
    yield Entry(
        group=mending,
        endpoint="outbox.listing",
        picture="mail",
        words=_("送信待ち"),
        count=_unsent,
        may_open=may_administer,
    )
    yield Entry(
        group=mending,
        endpoint="health.show",
        picture="info",
        words=_("稼働状況"),
        may_open=may_administer,
    )


def _administering(group: str) -> Iterator[Entry]:
    places = (
        ("people.listing", "users", _("利用者と権限")),
        ("places.listing", "flag", _("プロジェクトと組織")),
        ("history.listing", "list", _("操作の記録")),
        ("settings.show", "gear", _("設定")),
    )
    for endpoint, picture, words in places:
        yield Entry(
            group=group,
            endpoint=endpoint,
            picture=picture,
            words=words,
            may_open=may_administer,
        )


def _unsent() -> str:
    """Mail that could not be sent."""
    count = engine().ask(mails.failed_count, actor())
    return formats.count_text(count) if count else ""


def _stopped() -> str:
    """What is stuck and the person at the keyboard may mend."""
    count = engine().ask(incidents.count, actor())
    return formats.count_text(count) if count else ""


def groups(waiting: Callable[[], str]) -> list[tuple[str, list[Entry]]]:
    """(heading, links) of the person at the keyboard; `waiting`: how many tasks wait."""
    person = actor()
    is_tried = sandbox() is not None  # nobody draws inside a sandbox
    mine = [
        entry
        for entry in _entries(waiting)
        if entry.may_open(person) and not (is_tried and entry.endpoint == "studio.library")
    ]
    return [(name, list(found)) for name, found in groupby(mine, key=lambda one: one.group)]
