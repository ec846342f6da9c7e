"""Every page of the product, and how one gets there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.services import tasks
from tests.e2e.place import HEAD, HOLDER, OUTSIDER, Go, Place, at
from tests.e2e.places_admin import ADMINISTRATION
from tests.e2e.places_board import BOARD
from tests.e2e.places_choosing import CHOOSING
from tests.e2e.places_instances import INSTANCES
from tests.e2e.places_lists import PLACES_OF_LISTS
from tests.e2e.places_models import MODELS
from tests.e2e.places_operations import OPERATIONS
from tests.e2e.places_parts import PARTS
from tests.e2e.places_registers import REGISTERS
from tests.e2e.places_reports import REPORTS
from tests.e2e.places_sandbox import SANDBOX
from tests.e2e.places_schedules import SCHEDULES
from tests.e2e.places_studio import DIAGRAMS
from tests.e2e.places_talk import TALK
from tests.e2e.places_trouble import TROUBLE
from tests.e2e.places_work import WORK

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser import Site

NOBODY = "user1"  # of another project, in which nothing happens
BROKEN = "/broken"  # an address that the served application adds to fail at


def _task(element: str, press: str = "") -> Go:
    """The task of that element; with one of its form's buttons pressed."""

    def go(page: Page, site: Site) -> None:
        page.goto(f"/tasks/{site.office.task(element).id}")
        if press:
            with page.expect_navigation():
                page.locator(f'.action-bar button[value="{press}"]').click()

    return go


def _first(path: str, link: str) -> Go:
    """The page behind the first such link of a list."""

    def go(page: Page, site: Site) -> None:
        page.goto(path)
        with page.expect_navigation():
            page.locator(link).first.click()

    return go


def _case(key: str, end: str = "") -> Go:
    return lambda page, site: page.goto(f"/instances/{site.office.cases(key)[0].id}{end}")


def _sent(go: Go, button: str = "main form button") -> Go:
    """The answer to the page's form, sent as it is."""

    def sent(page: Page, site: Site) -> None:
        go(page, site)
        with page.expect_navigation():
            page.locator(button).last.click()

    return sent


def _posted(path: Callable[[Site], str], **fields: str) -> Go:
    """The answer to a command that this person may not give or that comes too late."""

    def posted(page: Page, site: Site) -> None:
        page.goto("/worklist")
        with page.expect_navigation():
            page.evaluate(
                """([path, fields]) => {
                    const form = document.querySelector('form[method=post]');
                    form.action = path;
                    for (const [name, value] of Object.entries(fields)) {
                        const input = document.createElement('input');
                        Object.assign(input, {type: 'hidden', name, value});
                        form.append(input);
                    }
                    form.submit();
                }""",
                [path(site), fields],
            )

    return posted


def _conflict(page: Page, site: Site) -> None:
    """Somebody takes the task while its form is open."""
    task = site.office.task("plan_publicity")
    other = site.office.actor("nakamura")
    page.goto(f"/tasks/{task.id}")
    site.office.engine.run(tasks.claim, task.id, other)
    try:
        with page.expect_navigation():
            page.locator('.action-bar button[value="complete"]').click()
    finally:
        site.office.engine.run(tasks.unclaim, task.id, other)


def _lost(page: Page, site: Site) -> None:
    """A form is sent after the session has ended."""
    _task("plan_publicity")(page, site)
    kept = [one for one in page.context.cookies() if one["name"] == "lang"]
    page.context.clear_cookies()
    page.context.add_cookies(kept)
    with page.expect_navigation():
        page.locator('.action-bar button[value="complete"]').click()


def _cancel(site: Site) -> str:
    return f"/instances/{site.office.cases('training_plan')[0].id}/cancel"


def _claim(site: Site) -> str:
    return f"/tasks/{site.office.task('approve_draft').id}/claim"


PLANNED = "a.title:is(:has-text('準備計画の登録'), :has-text('Register the preparation plan'))"
MASTER = _case("go_live_preparation")
PLACES = (
    Place(name="sign-in", who=None, go=at("/login"), heading="ログイン"),
    Place(
        name="sign-in-empty",
        who=None,
        go=_sent(at("/login")),
        status=422,
        heading="ログイン",
        errors=True,
    ),
    Place(name="sign-in-after-loss", go=_lost, heading="ログイン"),
    Place(name="worklist-mine", who=HOLDER, go=at("/worklist"), heading="受信箱"),
    Place(name="worklist-group", go=at("/worklist?view=group"), heading="受信箱"),
    Place(name="worklist-late", who=HEAD, go=at("/worklist?view=group"), heading="受信箱"),
    Place(name="worklist-waiting", go=at("/worklist?view=waiting"), heading="受信箱"),
    Place(name="worklist-done", go=at("/worklist?view=done"), heading="受信箱"),
    Place(name="worklist-empty", who=NOBODY, go=at("/worklist"), heading="受信箱"),
    Place(name="task-open", go=_task("plan_rehearsal")),
    Place(name="task-claimed", who=HOLDER, go=_task("draft_continuity")),
    Place(name="task-held", go=_task("draft_continuity")),
    Place(name="task-decision", who=HEAD, go=_task("approve_draft")),
    Place(name="task-rows", go=_task("analyse_risks")),
    Place(name="task-rows-errors", go=_task("analyse_risks", "complete"), status=422, errors=True),
    Place(name="task-errors", go=_task("plan_rehearsal", "complete"), status=422, errors=True),
    Place(name="task-draft", go=_task("register_acceptance", "draft")),
    Place(name="task-closed", go=_first("/worklist?view=done", PLANNED)),
    Place(name="task-conflict", go=_conflict, status=409),
    Place(name="processes", go=at("/processes"), heading="業務を始める"),
    Place(name="processes-none", who=OUTSIDER, go=at("/processes"), heading="業務を始める"),
    Place(name="start", go=at("/processes/go_live_preparation/start")),
    Place(name="start-form", go=at("/processes/proposal/start")),
    Place(
        name="start-form-errors",
        go=_sent(at("/processes/proposal/start")),
        status=422,
        errors=True,
    ),
    Place(name="instances", go=at("/instances"), heading="案件"),
    Place(name="instances-all", go=at("/instances?state=all"), heading="案件"),
    Place(name="instances-none", who=NOBODY, go=at("/instances"), heading="案件"),
    Place(name="instance", go=MASTER),
    Place(name="instance-all-history", go=_case("go_live_preparation", "?history=all")),
    Place(name="instance-ended", go=_case("approval")),
    Place(name="instance-running-part", who=HEAD, go=_case("procedure_manual")),
    Place(
        name="cancel",
        go=_case("go_live_preparation", "/cancel/confirm"),
        heading="この案件を取りやめますか",
    ),
    Place(
        name="cancel-no-reason",
        go=_sent(_case("go_live_preparation", "/cancel/confirm")),
        status=422,
        heading="この案件を取りやめますか",
        errors=True,
    ),
    Place(name="registers", go=at("/registers"), heading="台帳"),
    Place(name="register", go=at("/registers/R34")),
    Place(name="register-empty", go=at("/registers/R12")),
    Place(name="record", go=_first("/registers/R34", "tbody a")),
    Place(name="missing", go=at("/nowhere"), status=404, heading="お探しの画面は見つかりません"),
    Place(
        name="missing-stranger",
        who=None,
        go=at("/healthz/nowhere"),
        heading="ログイン",
    ),
    Place(name="forbidden", who=OUTSIDER, go=_posted(_claim), status=403),
    Place(name="too-late", go=_posted(_cancel, reason="重複"), status=409),
    *ADMINISTRATION,
    *INSTANCES,
    *BOARD,
    *CHOOSING,
    *PLACES_OF_LISTS,
    *DIAGRAMS,
    *OPERATIONS,
    *PARTS,
    *MODELS,
    *REGISTERS,
    *REPORTS,
    *SANDBOX,
    *SCHEDULES,
    *WORK,
    *TALK,
    *TROUBLE,
    Place(name="broken", go=at(BROKEN), status=500, heading="処理を続けられませんでした"),
)
