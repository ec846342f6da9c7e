"""The pages of decisions and forms in the studio, and the preview, as HTML."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from engine.services import studio
from engine.services.studio import NewText
from engine.testing import TestOffice
from tests.web.site import Page, Visitor, language, upload

Visit = Callable[[str | None], Visitor]
FORM = "/studio/probe/forms/fill"
PREVIEW = f"{FORM}/preview"
FILE = "fill.form.json"


@pytest.fixture
def owner(visit: Visit) -> Visitor:
    return visit("owner1")


@pytest.fixture
def draft(office: TestOffice) -> None:
    office.engine.run(studio.open_draft, "probe", office.actor("owner1"))


def page_data(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(page.tree.xpath('//script[@id="page-data"]')[0].text)
    return found


def files(office: TestOffice) -> set[str]:
    return set(office.engine.ask(studio.get_draft, "probe", office.actor("owner1")).files)


def test_without_a_draft_the_form_is_read_only_and_one_may_begin(owner: Visitor) -> None:
    page = owner.open(FORM)

    assert page.heading() == "入力フォーム fill"
    assert page_data(page)["readOnly"]
    assert page.words('//main//button[@type="submit"]') == ["編集を始める"]
    answer = owner.send(FORM, "/studio/probe/draft", {})
    assert (answer.status, answer.location) == (303, FORM)


@pytest.mark.usefixtures("draft")
def test_with_a_draft_the_page_hands_the_file_to_its_editor(owner: Visitor) -> None:
    data = page_data(owner.open(FORM))

    assert (data["readOnly"], data["revision"], data["file"]) == (False, 1, FILE)
    assert data["urls"]["file"] == f"/studio/probe/files/{FILE}"
    assert "件名" in data["content"]
    assert "html" not in data["components"]
    assert {"PJMO", "OWNER"} <= {one["value"] for one in data["roles"]}
    assert data["registers"][0]["label"].startswith("R01 ")


@pytest.mark.usefixtures("draft")
def test_only_the_editors_may_set_styles_of_their_own(office: TestOffice, owner: Visitor) -> None:
    office.deploy_shipped("approval")
    pages = (
        FORM,
        "/studio/approval/decisions/d18_approval_route",
        PREVIEW,
        "/studio/probe/new-form",
    )

    policies = [owner.open(path).response.headers["Content-Security-Policy"] for path in pages]

    assert ["'unsafe-inline'" in policy for policy in policies] == [True, True, False, False]
    assert all("script-src 'self';" in policy for policy in policies)


def test_a_shared_decision_is_told_to_be_shared(office: TestOffice, owner: Visitor) -> None:
    office.deploy_shipped("approval")
    office.engine.run(studio.open_draft, "approval", office.actor("owner1"))

    page = owner.open("/studio/approval/decisions/d18_approval_route")

    assert page_data(page)["urls"]["file"].endswith("/files/_decisions/d18_approval_route.dmn")
    assert "ほかの業務フローも使います" in " ".join(page.words("//main"))


def test_a_decision_by_itself_is_saved_under_its_own_address(
    office: TestOffice, owner: Visitor
) -> None:
    office.deploy_shipped("approval")
    path = "/studio/decisions/d18_approval_route"
    office.engine.run(studio.open_draft, "_decisions/d18_approval_route", office.actor("owner1"))

    page = owner.open(path)

    saved_at = f"{path}/files/_decisions/d18_approval_route.dmn"
    assert page_data(page)["urls"]["file"] == saved_at
    assert page.words('//*[contains(@class, "btn--primary")]') == ["公開へ進む"]


@pytest.mark.parametrize(
    "path", [FORM, PREVIEW, "/studio/probe/new-form", "/studio/probe/new-decision"]
)
@pytest.mark.usefixtures("draft")
def test_staff_are_kept_out(visit: Visit, path: str) -> None:
    assert visit("pjmo1").open(path).status == 403


@pytest.mark.parametrize(
    "path",
    [
        "/studio/probe/forms/nowhere",
        "/studio/nowhere/forms/fill",
        "/studio/probe/decisions/nowhere",
    ],
)
def test_what_is_nowhere_is_not_found(owner: Visitor, path: str) -> None:
    assert owner.open(path).status == 404


def test_the_preview_draws_the_form_like_a_task(owner: Visitor) -> None:
    page = owner.open(PREVIEW)

    assert page.status == 200
    assert {"件名", "支障", "期限/年"} <= set(page.tree.xpath("//main//@name"))


def test_the_preview_tells_the_errors_of_a_task_and_keeps_what_was_typed(
    office: TestOffice, owner: Visitor
) -> None:
    fields = {"件名": "長" * 51, "支障": "有", "添付": upload("a.pdf"), "do": "complete"}

    page = owner.send(PREVIEW, PREVIEW, fields)

    assert page.status == 422
    assert page.tree.xpath('//input[@name="件名"]/@value') == ["長" * 51]
    assert len(page.words('//*[@class="error-summary"]//li')) == 2
    assert "何も残していません" in " ".join(page.words("//main"))
    assert office.open_tasks() == []


def test_a_preview_without_errors_says_so(owner: Visitor) -> None:
    fields = {"件名": "点検", "支障": "無", "不具合/0/内容": "止まる", "do": "complete"}

    page = owner.send(PREVIEW, PREVIEW, fields)

    assert page.status == 200
    assert "この内容なら、タスクを完了できます。" in " ".join(page.words('//*[@role="status"]'))


@pytest.mark.usefixtures("draft")
def test_a_form_that_cannot_be_drawn_says_why(office: TestOffice, owner: Visitor) -> None:
    form = {"type": "default", "id": "fill", "schemaVersion": 19}
    content = json.dumps({**form, "components": [{"type": "html", "id": "a"}]}).encode()
    new = NewText(name=FILE, content=content, revision=1, tab="t")
    office.engine.run(studio.save_file, "probe", new, office.actor("owner1"))

    page = owner.open(PREVIEW)

    assert "部品「html」は使えません。" in " ".join(page.words("//main"))


@pytest.mark.usefixtures("draft")
def test_a_form_is_made_and_opened(office: TestOffice, owner: Visitor) -> None:
    path = "/studio/probe/new-form"

    refused = owner.send(path, path, {"id": "fill", "first": "a b"})
    made = owner.send(path, path, {"id": "look", "first": "所見"})

    assert refused.status == 422
    assert refused.tree.xpath('//input[@name="first"]/@value') == ["a b"]
    assert (made.status, made.location) == (303, "/studio/probe/forms/look")
    assert "look.form.json" in files(office)


@pytest.mark.usefixtures("draft")
def test_a_decision_is_made_and_opened(office: TestOffice, owner: Visitor) -> None:
    path = "/studio/probe/new-decision"
    names = {"name": "優先順位", "input": "支障", "output": "順位"}

    refused = owner.send(path, path, {"id": "Rank", **names})
    made = owner.send(path, path, {"id": "rank_of_issue", **names})

    assert refused.status == 422
    assert (made.status, made.location) == (303, "/studio/probe/decisions/rank_of_issue")
    assert "_decisions/rank_of_issue.dmn" in files(office)


@pytest.mark.usefixtures("draft")
def test_the_pages_speak_english(owner: Visitor) -> None:
    language(owner, "en")

    pages = [owner.open(path) for path in (FORM, PREVIEW, "/studio/probe/new-decision")]

    assert [page.heading() for page in pages] == ["Form fill", "Preview fill", "Make a decision"]
