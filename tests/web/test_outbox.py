"""送信待ち: mail that could not be sent, sent again or discarded by administrators."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from engine import testing
from engine.domain.mail import MailFault, Trouble
from engine.services import mails
from engine.services.notices import notify
from engine.storage import outbox
from engine.testing import TestOffice
from tests.web.site import Visitor, foreign_texts, language, models
from web.app import create_app

Visit = Callable[[str | None], Visitor]


@pytest.fixture
def office(tmp_path: Path, sqlite_url: str) -> Iterator[TestOffice]:
    with testing.office(tmp_path, sqlite_url, settings={"mail": {"host": "127.0.0.1"}}) as made:
        made.deploy(models())
        yield made


def failed(office: TestOffice, fault: MailFault = MailFault.RECIPIENT) -> None:
    """A mail to pjmo1 that has just been given up."""
    office.engine.run(notify, ["pjmo1"], "batch_done", mail=True)
    [mail] = office.engine.ask(mails.due)[:1]
    trouble = Trouble(fault=fault, said="550 no such mailbox", is_final=True)
    office.engine.run(mails.failed, mail.row, office.clock.moment - office.clock.moment, trouble)


def states(office: TestOffice) -> list[str]:
    return [row.state for row in reversed(office.engine.ask(outbox.page, 0, 100))]


@pytest.mark.parametrize("path", ["/admin/outbox", "/admin/outbox/discard/confirm?id=1"])
def test_only_administrators_see_the_mail(visit: Visit, path: str) -> None:
    assert visit("admin1").open(path).status == 200
    assert visit("pmo1").open(path).status == 403
    assert "/admin/outbox" not in visit("pmo1").open("/worklist").text


def test_the_page_says_to_whom_what_and_why_not(office: TestOffice, visit: Visit) -> None:
    failed(office)

    page = visit("admin1").open("/admin/outbox")

    [row] = page.words("//tbody/tr")
    assert "まとめての処理が終わりました" in row
    assert "PJMO pjmo1" in row
    assert "宛先のアドレスが断られました。利用者のメールアドレスを確かめます。" in row
    assert "550 no such mailbox" in row


@pytest.mark.parametrize("fault", list(MailFault))
def test_every_fault_has_words_in_both_languages(
    office: TestOffice, visit: Visit, fault: MailFault
) -> None:
    failed(office, fault)
    visitor = visit("admin1")

    japanese = visitor.open("/admin/outbox")
    language(visitor, "en")
    english = visitor.open("/admin/outbox")

    said = japanese.words("//tbody//td//span[@class='sub']")[0]
    assert "。" in said
    assert said != "送れませんでした。"
    assert foreign_texts(english) == []


@pytest.mark.parametrize("state", ["failed", "waiting", "sent", "discarded", "no_such_state"])
def test_every_list_may_be_empty(visit: Visit, state: str) -> None:
    page = visit("admin1").open(f"/admin/outbox?state={state}")

    assert page.status == 200
    assert len(page.words("//*[@class='empty']/h2")) == 1


def test_what_was_ticked_is_sent_again(office: TestOffice, visit: Visit) -> None:
    failed(office)
    failed(office)
    visitor = visit("admin1")

    answer = visitor.send(
        "/admin/outbox", "/admin/outbox?state=failed", {"id": ["1"], "do": "again"}
    )

    assert answer.status == 303
    assert states(office) == ["waiting", "failed"]
    assert "1件をもう一度送ります。" in visitor.open(answer.location).text


def test_nothing_ticked_changes_nothing_and_says_so(office: TestOffice, visit: Visit) -> None:
    failed(office)
    visitor = visit("admin1")

    answer = visitor.send("/admin/outbox", "/admin/outbox?state=failed", {"do": "again"})

    assert states(office) == ["failed"]
    assert "メールを1件以上選んでください。" in visitor.open(answer.location).text


def test_discarding_asks_for_a_reason_and_keeps_it(office: TestOffice, visit: Visit) -> None:
    failed(office)
    visitor = visit("admin1")

    asked = visitor.send(
        "/admin/outbox", "/admin/outbox?state=failed", {"id": ["1"], "do": "discard"}
    )
    refused = visitor.send(asked.location, "/admin/outbox/discard", {"reason": " "})
    before = states(office)
    visitor.send(asked.location, "/admin/outbox/discard", {"reason": "異動のため不要"})

    assert asked.location == "/admin/outbox/discard/confirm?id=1"
    assert refused.status == 422
    assert refused.words("//a[@href='#reason']") == ["理由を入力してください。"]
    assert (before, states(office)) == (["failed"], ["discarded"])
    listed = visitor.open("/admin/outbox?state=discarded")
    assert "異動のため不要" in listed.words("//tbody/tr")[0]


def test_mail_that_is_gone_meanwhile_is_no_error(visit: Visit) -> None:
    page = visit("admin1").open("/admin/outbox/discard/confirm?id=99")

    assert "選ばれたメールはありません。" in page.text


def test_without_a_mail_host_the_page_says_why_everything_waits(
    office: TestOffice, app: Flask, tmp_path: Path
) -> None:
    page = Visitor(app, "admin1").open("/admin/outbox?state=waiting")
    with testing.office(tmp_path / "other", settings={"mail": {"host": ""}}) as other:
        silent = Visitor(create_app(other.engine), "admin1").open("/admin/outbox?state=waiting")

    assert "メールサーバーが設定されていません。" not in page.text
    assert "メールサーバーが設定されていません。" in silent.text
