"""Periodic starts, and taking a completed task back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.domain.access import Actor
from engine.domain.records import Schedule
from engine.services import instances, schedule_changes, schedules, tasks, withdrawing
from tests.diagrams import line, user_task
from tests.e2e.place import DRAFTER, OUTSIDER, Go, Place, at

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from engine.testing import TestOffice
    from tests.browser import Site

PROJECT, SYSTEM = "josei", "josei-online"
LIST = "/admin/schedules"
MONTHLY, HALF_YEARLY, TRAINING = "T01", "T03", "T10"
CIRCULAR = "circular"
CHECKER, READER = "nakamura", "shimizu"


def person(office: TestOffice, login: str = DRAFTER) -> Actor:
    return office.actor(login)


def schedule(office: TestOffice, template: str) -> Schedule:
    """That of the system, which is in operation from now on if it was not."""
    engine = office.engine
    for _ in range(2):
        for one in engine.ask(schedules.listing, person(office)):
            if (one.template, one.system_id) == (template, SYSTEM):
                return one
        engine.run(schedules.operation_started, PROJECT, SYSTEM)
    raise AssertionError(f"no schedule {template}")


def started(office: TestOffice) -> Schedule:
    """The monthly one, started by hand once."""
    found = schedule(office, MONTHLY)
    if not office.engine.ask(schedules.runs, found.id):
        by = person(office)
        office.engine.run(schedule_changes.run_now, found.id, "臨時の点検", by, "first")
    return schedule(office, MONTHLY)


def paused(office: TestOffice) -> Schedule:
    """The one of the training, with another rule, paused so long that moments were missed."""
    found = schedule(office, TRAINING)
    if found.state != "paused":
        by = person(office)
        rule = ("毎営業日", "9:00")
        office.engine.run(schedule_changes.change_rule, found.id, found.version, rule, by)
        version = schedule(office, TRAINING).version
        office.engine.run(schedule_changes.pause, found.id, version, "組織改編のため", by)
    return schedule(office, TRAINING)


def _schedules(page: Page, site: Site) -> None:
    started(site.office)
    paused(site.office)
    page.goto(LIST)


def _of(template: str, end: str = "") -> Go:
    def go(page: Page, site: Site) -> None:
        make = {MONTHLY: started, TRAINING: paused}.get(template)
        found = make(site.office) if make else schedule(site.office, template)
        page.goto(f"{LIST}/{found.id}{end}")

    return go


def _sent(go: Go, button: str, **typed: str) -> Go:
    """The answer to the page's form, with these fields filled."""

    def sent(page: Page, site: Site) -> None:
        go(page, site)
        for name, value in typed.items():
            page.locator(f'main [name="{name}"]').fill(value)
        with page.expect_navigation():
            page.locator(f"main form {button}").click()

    return sent


def circular() -> dict[str, dict[str, bytes]]:
    """Two steps of two groups."""
    prefix = '<spiffworkflow:properties><spiffworkflow:property name="prefix" value="覧"/>'
    made = line(
        CIRCULAR,
        user_task("write_circular", candidateGroups="PJMO"),
        user_task("check_circular", candidateGroups="GYOMU"),
        properties=f"{prefix}</spiffworkflow:properties>",
    )
    content = made[CIRCULAR][f"{CIRCULAR}.bpmn"].decode()
    names = {CIRCULAR: "回覧", "write_circular": "回覧の作成", "check_circular": "回覧の確認"}
    for id_, name in names.items():
        content = content.replace(f'name="{id_}"', f'name="{name}"')
    return {CIRCULAR: {f"{CIRCULAR}.bpmn": content.encode()}}


def begun(office: TestOffice) -> str:
    """A new circular; the id of its first task."""
    if not office.cases(CIRCULAR):
        office.deploy(circular())
    by = person(office)
    case = office.engine.run(instances.start, CIRCULAR, by, project_id=PROJECT, system_id=SYSTEM)
    return office.task("write_circular", case=office.case(case)).id


def _toast(page: Page, site: Site) -> None:
    page.goto(f"/tasks/{begun(site.office)}")
    with page.expect_navigation():
        page.locator('.action-bar button[value="complete"]').click()


def _completed(site: Site) -> str:
    """A task that has just been completed; its id."""
    office = site.office
    task_id = begun(office)
    office.engine.run(tasks.complete, task_id, person(office), {})
    return task_id


def _undoable(page: Page, site: Site) -> None:
    page.goto(f"/tasks/{_completed(site)}")


def _seen(site: Site) -> str:
    """A completed task whose successor somebody has opened; the address to take it back."""
    task_id, office = _completed(site), site.office
    for one in office.open_tasks():
        if one.element_id == "check_circular":
            office.engine.run(withdrawing.seen, one.id, person(office, CHECKER))
    return f"/tasks/{task_id}"


def _asking(page: Page, site: Site) -> None:
    page.goto(_seen(site))
    page.get_by_text("引戻しを依頼").or_(page.get_by_text("Ask for it")).first.click()


def _too_late(page: Page, site: Site) -> None:
    """The toast's button, pressed after the next person has opened what followed."""
    _toast(page, site)
    for one in site.office.open_tasks():
        if one.element_id == "check_circular":
            site.office.engine.run(withdrawing.seen, one.id, person(site.office, CHECKER))
    with page.expect_navigation():
        page.locator("[data-news] form button").click()


PAUSED = "この定期起動を一時停止しますか"
RESUMED = "この定期起動を再開しますか"
STARTED = "この業務を今すぐ始めますか"
SCHEDULES = (
    Place(name="schedules", go=_schedules, heading="定期起動"),
    Place(name="schedules-forbidden", who=OUTSIDER, go=at(LIST), status=403),
    Place(name="schedule", go=_of(MONTHLY)),
    Place(name="schedule-read", who=READER, go=_of(MONTHLY)),
    Place(name="schedule-undeployed", go=_of(HALF_YEARLY)),
    Place(name="schedule-paused", go=_of(TRAINING)),
    Place(name="schedule-pause", go=_of(MONTHLY, "/pause/confirm"), heading=PAUSED),
    Place(name="schedule-pause-read", who=READER, go=_of(MONTHLY, "/pause/confirm")),
    Place(
        name="schedule-pause-no-reason",
        go=_sent(_of(MONTHLY, "/pause/confirm"), ".btn--primary"),
        status=422,
        heading=PAUSED,
        errors=True,
    ),
    Place(name="schedule-resume", go=_of(TRAINING, "/resume/confirm"), heading=RESUMED),
    Place(name="schedule-start", go=_of(MONTHLY, "/start/confirm"), heading=STARTED),
    Place(name="schedule-rule", go=_of(MONTHLY, "/rule"), heading="規則を変える"),
    Place(
        name="schedule-rule-preview",
        go=_sent(_of(MONTHLY, "/rule"), ".btn--primary", rule="毎月3日"),
        heading="規則を変える",
    ),
    Place(
        name="schedule-rule-errors",
        go=_sent(_of(MONTHLY, "/rule"), ".btn--primary", rule="ときどき"),
        status=422,
        heading="規則を変える",
        errors=True,
    ),
    Place(name="undo-toast", go=_toast, heading="受信箱"),
    Place(name="undo-task", go=_undoable),
    Place(name="undo-request", go=_asking),
    Place(name="undo-too-late", go=_too_late, status=409, heading="もう引き戻せません"),
)
