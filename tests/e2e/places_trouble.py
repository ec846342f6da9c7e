"""What is stuck, undelivered, waiting or unwell, and work in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from engine.domain.access import Actor
from engine.domain.records import Incident
from engine.services import batches, incident_rows, incidents, undelivered
from engine.services.incidents import Chosen
from tests.diagrams import line, message, message_event, service, user_task
from tests.e2e.place import Go, Place, at

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from engine.testing import TestOffice
    from tests.browser import Site

ADMINISTRATOR, STAFF = "goto", "suzuki"
INQUIRY, ANSWER = "inquiry", "msg.answer"
ATTEMPTS = 5  # of a job, before it becomes an incident
LIST, MESSAGES = "/admin/incidents", "/admin/messages"


def inquiry(fail_times: int = ATTEMPTS) -> dict[str, dict[str, bytes]]:
    """A case that stops at an outside operation until somebody retries it."""
    prefix = '<spiffworkflow:properties><spiffworkflow:property name="prefix" value="照"/>'
    made = line(
        INQUIRY,
        service("ask_outside", "test.echo", "答", value='"返事"', fail_times=str(fail_times)),
        user_task("read_answer"),
        properties=f"{prefix}</spiffworkflow:properties>",
    )
    names = {INQUIRY: "外部照会", "ask_outside": "外部への照会", "read_answer": "回答を読む"}
    return named(INQUIRY, made[INQUIRY][f"{INQUIRY}.bpmn"].decode(), names)


def listening() -> dict[str, dict[str, bytes]]:
    """A case that waits for an answer with a key of its own."""
    event = message_event(
        "intermediateCatchEvent", "wait_for_answer", ANSWER, variable="受信", key='"窓口/1"'
    )
    prefix = '<spiffworkflow:properties><spiffworkflow:property name="prefix" value="待"/>'
    made = line(
        "listener",
        event,
        user_task("go_on"),
        roots=message(ANSWER),
        properties=f"{prefix}</spiffworkflow:properties>",
    )
    names = {"listener": "回答待ち", "wait_for_answer": "回答を待つ", "go_on": "続ける"}
    return named("listener", made["listener"]["listener.bpmn"].decode(), names)


def named(key: str, content: str, names: dict[str, str]) -> dict[str, dict[str, bytes]]:
    for id_, name in names.items():
        content = content.replace(f'name="{id_}"', f'name="{name}"')
    return {key: {f"{key}.bpmn": content.encode()}}


def stopped(office: TestOffice, count: int) -> Chosen:
    """At least so many cases stopped by one cause."""
    if not office.cases(INQUIRY):
        office.deploy(inquiry())
    found = whole(office)
    have = 0 if found is None else len(office.engine.ask(incidents.chosen, found, admin(office)))
    for _ in range(have, count):
        office.start(INQUIRY)
    while len(office.incidents()) < count:
        office.advance(days=0.01)
    wanted = whole(office)
    assert wanted is not None
    return wanted


def whole(office: TestOffice) -> Chosen | None:
    """The group of the inquiries."""
    for group in office.engine.ask(incidents.groups, admin(office)):
        if group.newest.element_id == "ask_outside":
            return Chosen(cause=group.cause, until=group.until)
    return None


def admin(office: TestOffice) -> Actor:
    return office.actor(ADMINISTRATOR)


def _with_incidents(path: str, count: int = 3) -> Go:
    def go(page: Page, site: Site) -> None:
        group = stopped(site.office, count)
        query = urlencode({"group": group.cause, "until": group.until})
        page.goto(path.format(query=query))

    return go


def _sent(go: Go) -> Go:
    """The answer to the page's form, sent as it is."""

    def sent(page: Page, site: Site) -> None:
        go(page, site)
        with page.expect_navigation():
            page.locator("main form button").last.click()

    return sent


def _lost_start(page: Page, site: Site) -> None:
    """A periodic start that went wrong: it can be closed."""
    cause = "schedule|schedule_failed||lost"
    lost = Incident(
        id=0,
        kind="schedule",
        code="schedule_failed",
        text="定期起動で業務を始められませんでした。",
        detail="monthly",
        opened_at=site.office.clock.moment,
        element_id="lost",
    )
    if cause not in {one.cause for one in site.office.incidents()}:
        site.office.engine.run(incident_rows.note, lost)
    page.goto(f"{LIST}?{urlencode({'group': cause})}")


def _close(page: Page, site: Site) -> None:
    _lost_start(page, site)
    with page.expect_navigation():
        page.locator(".page-head a").click()


def _messages(path: str) -> Go:
    def go(page: Page, site: Site) -> None:
        office = site.office
        if not office.cases("listener"):
            office.deploy(listening())
            office.start("listener")
        waiting = office.engine.ask(undelivered.listing, admin(office), "waiting")
        if not any(row.message.name == ANSWER for row in waiting):
            office.send(ANSWER, {"件名": "回答", "件数": 3}, key="窓口/2")
            waiting = office.engine.ask(undelivered.listing, admin(office), "waiting")
        page.goto(path.format(id=waiting[0].message.id))

    return go


def _batch(page: Page, site: Site) -> None:
    """A retry in which one of two items is not there any more."""
    engine, actor = site.office.engine, admin(site.office)
    items = [("999999", "照-R8-9999"), ("999998", "照-R8-9998")]
    batch_id = engine.run(batches.begin, incidents.RETRY, actor, items=items)
    site.office.run_jobs()
    page.goto(f"/batches/{batch_id}")


def _waiting_batch(page: Page, site: Site) -> None:
    engine, actor = site.office.engine, admin(site.office)
    batch_id = engine.run(batches.begin, incidents.RETRY, actor, items=[("999999", "照-R8-9999")])
    page.goto(f"/batches/{batch_id}")
    page.wait_for_load_state("load")
    site.office.run_jobs()  # leave nothing behind


TROUBLE: tuple[Place, ...] = (
    Place(name="incidents-none", go=at(LIST), heading="処理停止"),
    Place(name="incidents", who=ADMINISTRATOR, go=_with_incidents(LIST), heading="処理停止"),
    Place(
        name="incident-group",
        who=ADMINISTRATOR,
        go=_with_incidents(f"{LIST}?{{query}}"),
        heading="自動処理に渡す値が正しくありません。",
    ),
    Place(
        name="incident-number",
        who=ADMINISTRATOR,
        go=at(f"{LIST}?number=7F3K"),
        heading="処理停止",
    ),
    Place(
        name="incident-retry",
        who=ADMINISTRATOR,
        go=_with_incidents(f"{LIST}/retry/confirm?{{query}}", 21),
    ),
    Place(
        name="incident-retry-wrong",
        who=ADMINISTRATOR,
        go=_sent(_with_incidents(f"{LIST}/retry/confirm?{{query}}", 21)),
        status=422,
        errors=True,
    ),
    Place(
        name="incident-close",
        who=ADMINISTRATOR,
        go=_close,
        heading="処理停止1件を再実行せずに閉じますか",
    ),
    Place(
        name="incident-close-wrong", who=ADMINISTRATOR, go=_sent(_close), status=422, errors=True
    ),
    Place(name="incidents-forbidden", who="nakamura", go=at(LIST), status=403),
    Place(name="messages-none", go=at(MESSAGES), heading="届いていないメッセージ"),
    Place(
        name="messages",
        who=ADMINISTRATOR,
        go=_messages(MESSAGES),
        heading="届いていないメッセージ",
    ),
    Place(
        name="message-discard",
        who=ADMINISTRATOR,
        go=_messages(f"{MESSAGES}/discard/confirm?id={{id}}"),
        heading="メッセージ1件を破棄しますか",
    ),
    Place(
        name="message-discard-wrong",
        who=ADMINISTRATOR,
        go=_sent(_messages(f"{MESSAGES}/discard/confirm?id={{id}}")),
        status=422,
        errors=True,
    ),
    Place(name="jobs", who=ADMINISTRATOR, go=at("/admin/jobs"), heading="予約処理"),
    Place(
        name="jobs-none",
        who=ADMINISTRATOR,
        go=at("/admin/jobs?state=failed"),
        heading="予約処理",
    ),
    Place(name="health", who=ADMINISTRATOR, go=at("/admin/health"), heading="稼働状況"),
    Place(name="batches-none", who="ikeda", go=at("/batches"), heading="まとめての処理"),
    Place(name="batch", who=ADMINISTRATOR, go=_batch, heading="処理停止の再実行"),
    Place(name="batch-waiting", who=ADMINISTRATOR, go=_waiting_batch, heading="処理停止の再実行"),
    Place(name="batches", who=ADMINISTRATOR, go=at("/batches"), heading="まとめての処理"),
)
