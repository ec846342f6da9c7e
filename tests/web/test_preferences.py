"""自分の設定: what comes by mail."""

from __future__ import annotations

from collections.abc import Callable

from engine.services import notices
from engine.services.notices import BY_MAIL
from engine.testing import TestOffice
from tests.web.site import Visitor, foreign_texts, language
from web.app import create_app
from web.notice_words import names

Visit = Callable[[str | None], Visitor]


def test_every_kind_of_mail_can_be_chosen(office: TestOffice) -> None:
    with create_app(office.engine).test_request_context():
        assert tuple(names()) == BY_MAIL


def test_a_choice_is_kept_and_shown(office: TestOffice, visit: Visit) -> None:
    visitor = visit("pjmo1")
    before = visitor.open("/me").tree.xpath("//input[@name='kind'][@checked]/@value")

    answer = visitor.send("/me", "/me", {"kind": ["mention", "no_such_kind"]})

    assert tuple(before) == BY_MAIL
    assert (answer.status, answer.location) == (303, "/me")
    page = visitor.open("/me")
    assert page.tree.xpath("//input[@name='kind'][@checked]/@value") == ["mention"]
    chosen = office.engine.ask(notices.mail_choice, office.actor("pjmo1"))
    assert chosen == {"mention"}
    assert len(visit("pjmo2").open("/me").tree.xpath("//input[@checked]")) == len(BY_MAIL)


def test_the_english_page_has_no_japanese_left_but_data(visit: Visit) -> None:
    visitor = visit("pjmo1")
    language(visitor, "en")

    assert foreign_texts(visitor.open("/me")) == []
