"""お知らせ, the office's mail, and comments."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from engine.domain.mail import MailFault, MailState, Trouble
from engine.services import comments, mails
from engine.services.notices import notify
from engine.storage import outbox
from tests.e2e.place import DRAFTER, HEAD, HOLDER, Go, Place, at

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from engine.testing import TestOffice
    from tests.browser import Site

ADMINISTRATOR, QUIET = "goto", "user1"
OUTBOX = "/admin/outbox"
UNTIL = timedelta(minutes=1)


def _notices(page: Page, site: Site) -> None:
    """Among the reminders of the demo: a mention, an incident, and mail that failed."""
    case = site.office.cases("go_live_preparation")[0]
    told = {"by": "高橋 健一", "excerpt": "@佐藤 恵子 判定会議の日程案をください。"}
    about = case.id
    site.office.engine.run(notify, [HEAD], "mention", detail=told, instance_id=about, key="a")
    site.office.engine.run(notify, [HEAD], "incident", detail={"name": "外部への照会"}, key="b")
    page.goto("/me/notices")


def failed_mail(office: TestOffice, count: int = 2) -> list[int]:
    """Ids of at least so many mails that were given up."""
    while len(found := office.engine.ask(outbox.of_state, MailState.FAILED, 2**62, 9)) < count:
        office.engine.run(notify, [HOLDER], "batch_done", mail=True)
        [newest] = office.engine.ask(outbox.of_state, MailState.WAITING, 2**62, 1)
        trouble = Trouble(
            fault=MailFault.RECIPIENT, said="550 5.1.1 no such mailbox", is_final=True
        )
        office.engine.run(mails.failed, newest, UNTIL, trouble)
    return [row.id for row in found]


def _outbox(path: str) -> Go:
    def go(page: Page, site: Site) -> None:
        ids = failed_mail(site.office)
        page.goto(path.format(ids=f"id={ids[0]}&id={ids[1]}"))

    return go


def _sent(go: Go, button: str) -> Go:
    """The answer to the form with that button, sent as it is."""

    def sent(page: Page, site: Site) -> None:
        go(page, site)
        with page.expect_navigation():
            page.get_by_role("button", name=button).or_(
                page.locator("main form button[type=submit]")
            ).first.click()

    return sent


def talked(office: TestOffice) -> str:
    """The go-live case with a few comments; its id."""
    case = office.cases("go_live_preparation")[0]
    drafter, head = office.actor(DRAFTER), office.actor(HEAD)
    if not office.engine.ask(comments.of_instance, case.id, head).comments:
        first = "周知は商工団体の会報（12月7日発行）にも載せます。\n原稿は添付のとおりです。"
        office.engine.run(comments.write, case.id, first, head)
        second = f"@佐藤 恵子 さん、{case.number}の判定会議の日程案をください。"
        office.engine.run(comments.write, case.id, second, drafter)
        office.engine.run(comments.write, case.id, "間違えて書きました。", drafter)
        own = office.engine.ask(comments.of_instance, case.id, drafter).comments
        office.engine.run(comments.withdraw, own[-1].id, drafter)
    return case.id


def _case(page: Page, site: Site) -> None:
    page.goto(f"/instances/{talked(site.office)}#comments")


def _task(page: Page, site: Site) -> None:
    talked(site.office)
    page.goto(f"/tasks/{site.office.task('register_acceptance').id}#comments")


def _own(link: str) -> Go:
    """The page behind that link of the drafter's own comment."""

    def go(page: Page, site: Site) -> None:
        _case(page, site)
        with page.expect_navigation():
            page.locator(f'#comments a[href*="{link}"]').first.click()

    return go


def _empty_comment(page: Page, site: Site) -> None:
    _case(page, site)
    with page.expect_navigation():
        page.locator("#comments form button").click()


TALK: tuple[Place, ...] = (
    Place(name="notices", who=HEAD, go=_notices, heading="お知らせ"),
    Place(name="notices-none", who=QUIET, go=at("/me/notices"), heading="お知らせ"),
    Place(name="outbox", who=ADMINISTRATOR, go=_outbox(OUTBOX), heading="送信待ち"),
    Place(
        name="outbox-waiting",
        who=ADMINISTRATOR,
        go=_outbox(f"{OUTBOX}?state=waiting"),
        heading="送信待ち",
    ),
    Place(
        name="outbox-none",
        who=ADMINISTRATOR,
        go=at(f"{OUTBOX}?state=discarded"),
        heading="送信待ち",
    ),
    Place(name="outbox-forbidden", go=at(OUTBOX), status=403),
    Place(
        name="outbox-discard",
        who=ADMINISTRATOR,
        go=_outbox(f"{OUTBOX}/discard/confirm?{{ids}}"),
        heading="メール2件を破棄しますか",
    ),
    Place(
        name="outbox-discard-wrong",
        who=ADMINISTRATOR,
        go=_sent(_outbox(f"{OUTBOX}/discard/confirm?{{ids}}"), "メールを破棄する"),
        status=422,
        errors=True,
    ),
    Place(name="comments", go=_case),
    Place(name="comments-of-task", go=_task),
    Place(name="comment-edit", go=_own("/edit"), heading="コメントを編集する"),
    Place(name="comment-withdraw", go=_own("/withdraw"), heading="このコメントを取り消しますか"),
    Place(
        name="comment-empty",
        go=_empty_comment,
        status=422,
        heading="コメントを書く",
        errors=True,
    ),
)
