"""The diagram page of the studio as HTML, and what its scripts ask the server."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from engine.services import studio
from engine.services.studio import NewText
from engine.testing import TestOffice
from tests.web.site import Page, Visitor, language

Visit = Callable[[str | None], Visitor]
PATH = "/studio/probe"


@pytest.fixture
def owner(visit: Visit) -> Visitor:
    return visit("owner1")


@pytest.fixture
def draft(office: TestOffice) -> None:
    office.engine.run(studio.open_draft, "probe", office.actor("owner1"))


def page_data(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(page.tree.xpath('//script[@id="page-data"]')[0].text)
    return found


def token(visitor: Visitor) -> str:
    return str(visitor.open(PATH).tree.xpath('//input[@name="csrf_token"]/@value')[0])


def asked(visitor: Visitor, path: str, **sent: Any) -> Page:
    headers = {"X-CSRFToken": token(visitor)}
    return Page(visitor.client.post(path, headers=headers, **sent))


def test_without_a_draft_one_reads_and_may_begin(owner: Visitor) -> None:
    page = owner.open(PATH)

    assert page.heading() == "probe"
    assert page_data(page)["readOnly"]
    assert page.words('//main//button[@type="submit"]') == ["編集を始める"]
    assert page.tree.xpath('//*[@id="properties"]') == []


def test_the_button_opens_a_draft_and_leads_back(owner: Visitor) -> None:
    answer = owner.send(PATH, f"{PATH}/draft", {})

    assert (answer.status, answer.location) == (303, PATH)
    assert not page_data(owner.open(PATH))["readOnly"]


def test_the_page_lets_only_the_diagram_set_styles(owner: Visitor) -> None:
    policy = owner.open(PATH).response.headers["Content-Security-Policy"]

    assert "style-src-attr 'unsafe-inline'" in policy
    assert "script-src 'self';" in policy


def test_it_hands_over_what_elements_may_name(owner: Visitor) -> None:
    data = page_data(owner.open(PATH))

    mail = next(one for one in data["operations"] if one["name"] == "mail.send")
    write = next(one for one in data["operations"] if one["name"] == "register.write")
    assert mail["label"] == "メールを送る"
    assert {one["name"] for one in mail["parameters"] if one["required"]} == {
        "to",
        "subject",
        "body",
    }
    registers = next(one for one in write["parameters"] if one["name"] == "register")["choices"]
    assert '"R01"' in {one["value"] for one in registers}
    assert data["forms"] == [{"value": "fill", "label": "fill"}]
    assert {"value": "PJMO:head", "label": "PJMOの長"} in data["roles"]
    assert {"value": "asked", "label": "asked"} in data["processes"]


def test_english_pages_name_operations_and_roles_in_english(owner: Visitor) -> None:
    language(owner, "en")

    data = page_data(owner.open(PATH))

    labels = {one["name"]: one["label"] for one in data["operations"]}
    assert labels["mail.send"] == "Send mail"
    assert "Operations division" in {one["label"] for one in data["roles"]}


@pytest.mark.usefixtures("draft")
def test_who_else_edits_is_told_and_nothing_can_be_changed(
    office: TestOffice, owner: Visitor
) -> None:
    other = office.actor("owner2")
    office.engine.run(studio.take_hold, "probe", "tab", other)

    page = owner.open(PATH)

    assert f"{other.name}さんが" in page.words('//*[contains(@class, "banner--note")]')[0]
    assert page_data(page)["readOnly"]


@pytest.mark.usefixtures("draft")
def test_findings_are_listed_by_the_server(office: TestOffice, owner: Visitor) -> None:
    actor = office.actor("owner1")
    files = office.engine.ask(studio.files_of, "probe", None, actor)
    content = files["probe.bpmn"].replace(b'value="GYOMU"', b'value="NOBODY"')
    new = NewText(name="probe.bpmn", content=content, revision=1, tab="tab")
    office.engine.run(studio.save_file, "probe", new, actor)

    page = owner.open(PATH)

    listed = page.words("//section[@data-findings]//li[not(ancestor::template)]")
    assert "「NOBODY」という役割はありません" in "".join(listed)
    assert [one["severity"] for one in page_data(page)["findings"]].count("error") >= 1


def test_the_diagram_is_plain_text_with_its_revision(office: TestOffice, owner: Visitor) -> None:
    before = owner.client.get(f"{PATH}/files/probe.bpmn")
    office.engine.run(studio.open_draft, "probe", office.actor("owner1"))

    after = owner.client.get(f"{PATH}/files/probe.bpmn")

    assert before.mimetype == "text/plain"
    assert (before.headers["X-Revision"], after.headers["X-Revision"]) == ("0", "1")
    assert b"<bpmn:definitions" in after.data


def test_an_expression_is_checked(owner: Visitor) -> None:
    good = asked(owner, "/studio/feel", json={"text": "金額 > 1", "kind": "condition"})
    bad = asked(owner, "/studio/feel", json={"text": "金額 >", "kind": "nonsense"})
    none = asked(owner, "/studio/feel", data=b"[1]")

    assert json.loads(good.text) == {"error": None}
    assert "文字目：" in json.loads(bad.text)["error"]
    assert json.loads(none.text) == {"error": "式が空です。"}


def test_an_expression_is_checked_in_english_too(owner: Visitor) -> None:
    language(owner, "en")

    bad = asked(owner, "/studio/feel", json={"text": "金額 == 1"})
    unknown = asked(owner, "/studio/feel", json={"text": "string lenght(名前) > 1"})
    near = asked(owner, "/studio/feel", json={"text": "substrng(名前, 1)"})

    assert json.loads(bad.text)["error"] == "Column 4: “==” cannot stand here. Equal is =."
    assert "cannot stand here" in json.loads(unknown.text)["error"]
    assert json.loads(near.text)["error"].endswith("Did you mean “substring”?")


@pytest.mark.usefixtures("draft")
def test_a_layout_is_answered_and_a_diagram_that_cannot_be_drawn_refused(owner: Visitor) -> None:
    content = owner.client.get(f"{PATH}/files/probe.bpmn").data

    drawn = asked(owner, f"{PATH}/layout", data=content)
    refused = asked(owner, f"{PATH}/layout", data=b"<no")

    assert 'bpmnElement="fill"' in json.loads(drawn.text)["xml"]
    assert refused.status == 422
    assert "XMLとして読めません" in json.loads(refused.text)["error"]


def test_posts_need_the_mark_of_the_session(owner: Visitor) -> None:
    answer = owner.client.post("/studio/feel", json={"text": "1", "kind": "expression"})

    assert answer.status_code == 400


@pytest.mark.parametrize("path", [PATH, f"{PATH}/files/probe.bpmn"])
def test_others_may_not_look(visit: Visit, path: str) -> None:
    assert visit("pjmo1").open(path).status == 403


def test_a_process_that_does_not_exist_is_not_found(owner: Visitor) -> None:
    assert owner.open("/studio/nowhere").status == 404
