"""The studio's library, its questions, and what its editors send."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.services import deployments, studio, studio_library
from engine.services.studio import NewText
from engine.testing import TestOffice
from tests.diagrams import call, line, script, user_task
from tests.web.site import Page, Visitor, foreign_texts, language, upload

Visit = Callable[[str | None], Visitor]
NAMED = {"name": "窓口の確認", "key": "window_check", "prefix": "窓"}


@pytest.fixture
def owner(visit: Visit) -> Visitor:
    return visit("owner1")


@pytest.fixture
def draft(office: TestOffice) -> None:
    office.engine.run(studio.open_draft, "probe", office.actor("owner1"))


def token(visitor: Visitor) -> str:
    return str(visitor.open("/studio/new").form("/studio/new")["csrf_token"][0])


def save(visitor: Visitor, content: bytes, revision: int, name: str = "probe.bpmn") -> Page:
    headers = {
        "X-CSRFToken": token(visitor),
        "X-Revision": str(revision),
        "X-Tab": f"tab {id(visitor)}",
    }
    path = f"/studio/probe/files/{name}"
    return Page(visitor.client.post(path, data=content, headers=headers))


def asked(visitor: Visitor, path: str) -> Page:
    headers = {"X-CSRFToken": token(visitor), "X-Tab": f"tab {id(visitor)}"}
    return Page(visitor.client.post(path, headers=headers))


def edit(office: TestOffice, content: bytes) -> None:
    actor = office.actor("owner1")
    draft = office.engine.run(studio.open_draft, "probe", actor)
    new = NewText(
        name="probe.bpmn", content=content, revision=draft.revisions["probe.bpmn"], tab="t"
    )
    office.engine.run(studio.save_file, "probe", new, actor)
    office.engine.run(studio.let_go, "probe", "t", actor)


# --- the library


def test_the_library_lists_processes_forms_and_drafts(owner: Visitor, draft: None) -> None:
    page = owner.open("/studio")

    assert page.words("//section[@id='processes']//tbody//a[@class='title']") == ["asked", "probe"]
    assert page.words("//section[@id='processes']//tr[2]//*[contains(@class,'chip')]") == ["下書き"]
    assert page.words("//section[@id='forms']//th/a") == ["begin", "fill"]


@pytest.mark.parametrize(
    "path",
    ["/studio", "/studio/new", "/studio/import", "/studio/probe/versions", "/studio/probe/diff"],
)
def test_the_studio_is_for_process_owners_and_administrators(visit: Visit, path: str) -> None:
    assert visit("pjmo1").open(path).status == 403
    assert visit("admin1").open(path).status == 200


def test_a_model_that_is_nowhere_is_not_found(owner: Visitor) -> None:
    for path in ("versions", "diff", "deploy", "export", "discard/confirm", "copy"):
        assert owner.open(f"/studio/nowhere/{path}").status == 404, path


# --- new ones


def test_a_copy_opens_as_a_draft(owner: Visitor, office: TestOffice) -> None:
    answer = owner.send("/studio/probe/copy", "/studio/probe/copy", NAMED)

    assert (answer.status, answer.location) == (303, "/studio/window_check")
    found = office.engine.ask(studio.get_draft, "window_check", office.actor("owner1"))
    assert set(found.files) == {"window_check.bpmn", "fill.form.json"}


def test_a_name_that_cannot_be_given_is_told_at_its_field_and_nothing_typed_is_lost(
    owner: Visitor,
) -> None:
    page = owner.send("/studio/new", "/studio/new", {**NAMED, "key": "probe", "prefix": ""})

    assert page.status == 422
    assert page.words("//*[@class='error-summary']//a") == [
        "管理番号の頭：入力してください。",
        "識別名：この識別名はすでに使われています。",
    ]
    assert page.form("/studio/new")["name"] == ["窓口の確認"]


# --- files


def test_a_model_goes_out_and_comes_in_again(owner: Visitor) -> None:
    archive = owner.client.get("/studio/probe/export")
    file = upload("probe.zip", archive.get_data())

    answer = owner.send("/studio/import", "/studio/import", {"file": file})

    assert archive.headers["Content-Disposition"] == "attachment; filename=probe.zip"
    assert (answer.status, answer.location) == (303, "/studio/probe")


def test_a_file_that_is_no_model_is_refused_with_its_name(owner: Visitor) -> None:
    file = upload("図.bpmn", b"<no")

    page = owner.send("/studio/import", "/studio/import", {"file": file})

    assert page.status == 422
    (told,) = page.words("//*[@class='error-summary']//a")
    assert told.startswith("図.bpmn：")


# --- what the editors send


def test_saving_tells_the_new_revision_and_when(owner: Visitor, draft: None) -> None:
    answer = save(owner, b"<x/>", 1)

    assert answer.status == 200
    assert answer.response.get_json()["revision"] == 2
    assert answer.response.get_json()["saved"].endswith("分")


def test_a_file_saved_from_elsewhere_is_a_conflict_that_names_the_person(
    owner: Visitor, draft: None
) -> None:
    save(owner, b"<x/>", 1)

    answer = save(owner, b"<y/>", 1)

    assert answer.status == 409
    told = answer.response.get_json()
    assert told["kind"] == "moved"
    assert told["by"] in told["error"]


def test_a_draft_that_somebody_else_edits_cannot_be_saved(
    owner: Visitor, visit: Visit, draft: None
) -> None:
    asked(owner, "/studio/probe/hold")

    hold = asked(visit("owner2"), "/studio/probe/hold").response.get_json()
    answer = save(visit("owner2"), b"<x/>", 1)

    assert (hold["mine"], answer.status) == (False, 409)
    assert answer.response.get_json()["kind"] == "held"
    assert hold["by"] == answer.response.get_json()["by"]


def test_taking_over_needs_to_be_said(owner: Visitor, visit: Visit, draft: None) -> None:
    asked(owner, "/studio/probe/hold")
    other = visit("owner2")

    taken = asked(other, "/studio/probe/hold?force=1").response.get_json()

    assert taken["mine"] is True
    assert save(owner, b"<x/>", 1).status == 409


def test_closing_the_page_lets_others_edit(owner: Visitor, visit: Visit, draft: None) -> None:
    asked(owner, "/studio/probe/hold")
    fields = {"csrf_token": token(owner), "tab": f"tab {id(owner)}"}

    gone = owner.post("/studio/probe/let-go", fields)

    assert gone.status == 204
    assert asked(visit("owner2"), "/studio/probe/hold").response.get_json()["mine"] is True


def test_a_post_without_the_session_s_mark_changes_nothing(owner: Visitor, draft: None) -> None:
    answer = owner.client.post("/studio/probe/files/probe.bpmn", data=b"<x/>")

    assert answer.status_code == 400


def test_a_draft_that_is_gone_is_told_so(owner: Visitor) -> None:
    answer = save(owner, b"<x/>", 1)

    assert answer.status == 404
    assert answer.response.get_json()["error"].startswith("この下書きはもうありません")


def test_the_check_names_the_element(owner: Visitor, office: TestOffice) -> None:
    edit(office, line("probe", call("ask", "nowhere"))["probe"]["probe.bpmn"])

    told = asked(owner, "/studio/probe/check").response.get_json()

    assert told["errors"] >= 1
    assert {"severity": "error", "element": "ask"}.items() <= told["findings"][0].items()


# --- publishing


def test_a_draft_is_published_with_a_reason(owner: Visitor, office: TestOffice) -> None:
    edit(office, line("probe", user_task("fill_in"))["probe"]["probe.bpmn"])
    path = "/studio/probe/deploy"

    page = owner.open(path)
    answer = owner.send(path, path, {"reason": "手順を減らすため"})

    assert page.heading() == "「probe」第2版を公開しますか"
    assert (answer.status, answer.location) == (303, "/studio/probe")
    newest = office.engine.ask(studio_library.versions, "probe", office.actor("owner1"))[0]
    assert (newest.version, newest.reason) == (2, "手順を減らすため")


def test_publishing_without_a_reason_is_refused_at_the_field(
    owner: Visitor, office: TestOffice
) -> None:
    edit(office, line("probe", user_task("fill_in"))["probe"]["probe.bpmn"])

    page = owner.send("/studio/probe/deploy", "/studio/probe/deploy", {"reason": " "})

    assert page.status == 422
    assert page.words("//*[@class='error-summary']//a") == ["変更の理由を入力してください。"]


def test_a_draft_with_errors_offers_no_button(owner: Visitor, office: TestOffice) -> None:
    edit(office, line("probe", call("ask", "nowhere"))["probe"]["probe.bpmn"])

    page = owner.open("/studio/probe/deploy")

    assert page.words("//main//button") == []
    assert page.words("//*[@class='banner']//strong") == ["まだ公開できません。"]
    assert office.engine.ask(deployments.definition, "probe").version == 1


@pytest.mark.parametrize("path", ["/studio/probe", "/studio/probe/deploy", "/studio/probe/try"])
def test_findings_are_english_on_english_pages(
    owner: Visitor, office: TestOffice, path: str
) -> None:
    steps = (
        call("ask", "nowhere"),
        script("count", "n = count(1, 2)"),
        script("add", "m = nn + 1"),
    )
    edit(office, line("probe", *steps)["probe"]["probe.bpmn"])
    language(owner, "en")

    page = owner.open(path)

    said = "There is no process “nowhere” to call."
    assert any(said in words for words in page.words("//main//li"))
    assert foreign_texts(page) == []


def test_the_check_answers_in_the_language_of_the_page(owner: Visitor, office: TestOffice) -> None:
    edit(office, line("probe", script("add", "x = 1\nm = xx + 1"))["probe"]["probe.bpmn"])
    language(owner, "en")

    told = asked(owner, "/studio/probe/check").response.get_json()

    messages = [one["message"] for one in told["findings"]]
    assert "Nothing writes a data item “xx”. Check the name. Did you mean “x”?" in messages


def test_what_changed_since_one_looked_is_shown_again(owner: Visitor, office: TestOffice) -> None:
    edit(office, line("probe", user_task("fill_in"))["probe"]["probe.bpmn"])
    form = owner.open("/studio/probe/deploy").form("/studio/probe/deploy")
    edit(office, line("probe", user_task("fill_out"))["probe"]["probe.bpmn"])

    answer = owner.post("/studio/probe/deploy", {**form, "reason": "理由"})

    assert answer.status == 409
    assert "公開していません。" in answer.words("//*[@role='alert']//strong")
    assert office.engine.ask(deployments.definition, "probe").version == 1


def test_the_comparison_lists_what_is_new_and_what_has_gone(
    owner: Visitor, office: TestOffice
) -> None:
    edit(office, line("probe", user_task("fill_in"))["probe"]["probe.bpmn"])

    page = owner.open("/studio/probe/diff")

    said = page.words("//ul[@class='changes']/li")
    assert any(one.startswith("追加 タスク「fill_in」") for one in said)
    assert any(one.startswith("削除 タスク「fill」") for one in said)


def test_a_version_can_be_compared_with_an_older_one(owner: Visitor, office: TestOffice) -> None:
    office.deploy(line("probe", user_task("fill_in")))

    page = owner.open("/studio/probe/diff?from=1&to=2")

    assert page.words("//*[@class='page-head']//p") == ["第1版 → 第2版"]


def test_discarding_needs_a_reason(owner: Visitor, office: TestOffice, draft: None) -> None:
    ask, path = "/studio/probe/discard/confirm", "/studio/probe/discard"

    refused = owner.send(ask, path, {"reason": ""})
    done = owner.send(ask, path, {"reason": "不要のため"})

    assert (refused.status, done.status, done.location) == (422, 303, "/studio")
    assert office.engine.ask(studio.draft_of, "probe", office.actor("owner1")) is None


def test_a_shared_decision_has_the_same_pages(owner: Visitor, office: TestOffice) -> None:
    office.deploy_shipped("rehearsal")
    base = "/studio/decisions/d08_rehearsal_mode"
    owner.post(f"{base}/draft", {"csrf_token": token(owner)})

    pages = [owner.open(f"{base}/{one}") for one in ("versions", "diff", "deploy")]
    archive = owner.client.get(f"{base}/export")

    assert [page.status for page in pages] == [200, 200, 200]
    assert pages[0].heading() == "リハーサルの実施方式と開始条件の版"
    assert archive.headers["Content-Disposition"] == "attachment; filename=d08_rehearsal_mode.zip"
