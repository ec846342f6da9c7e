"""試す: every page of a sandbox, and nothing of it outside."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from engine.domain.values import TOKYO
from engine.testing import TestOffice
from engine.trying import MOST_OF_ONE
from tests.diagrams import interface, line, props, user_task
from tests.trying.test_sandboxes import draft
from tests.web.site import FIELDS, Page, Visitor, foreign_texts, language, upload

Visit = Callable[[str | None], Visitor]


def begun(visitor: Visitor, key: str = "probe") -> str:
    """Begin a sandbox; the address all its pages begin with."""
    page = visitor.send(f"/studio/{key}/try", f"/studio/{key}/try", {})
    assert page.status == 303
    found = re.match(rf"/studio/{key}/try/[0-9a-f]+", page.location)
    assert found is not None
    return found[0]


def started(visitor: Visitor, door: str) -> Page:
    """Start a probe by its real start form; the page of the case."""
    path = f"{door}/processes/probe/start"
    page = visitor.send(path, path, {"start.subject": "試しの1件", "do": "start"})
    assert page.status == 303
    return visitor.open(page.location)


def pressed(visitor: Visitor, door: str, action: str) -> Page:
    return visitor.send(f"{door}/worklist", f"{door}/sandbox/{action}", {})


def next_task(visitor: Visitor, door: str) -> str:
    """Sit down as whoever has the newest task; its address."""
    path = f"{door}/worklist"
    chosen = visitor.open(path).tree.xpath("//button[@name='person']/@value")[0]
    return visitor.send(path, f"{door}/sandbox/person", {"person": chosen}).location


class TestBeginning:
    def test_one_press_opens_the_real_start_form(self, visit: Visit) -> None:
        owner = visit("owner1")

        page = owner.send("/studio/probe/try", "/studio/probe/try", {})

        assert page.status == 303
        assert page.location.endswith("/processes/probe/start")
        assert owner.open(page.location).heading() == "probeを始める"

    def test_the_page_says_what_will_be_tried(self, office: TestOffice, visit: Visit) -> None:
        before = visit("owner1").open("/studio/probe/try")
        draft(office, line("probe", user_task("look", candidateGroups="PJMO"))["probe"])
        after = visit("owner1").open("/studio/probe/try")

        assert "第1版" in before.words("//dl")[0]
        assert "下書き" in after.words("//dl")[0]

    def test_a_draft_with_errors_is_named_and_not_tried(
        self, office: TestOffice, visit: Visit
    ) -> None:
        draft(office, line("probe", user_task("fill", candidateGroups="NOBODY"))["probe"])
        owner = visit("owner1")

        page = owner.open("/studio/probe/try")
        sent = owner.post(
            "/studio/probe/try",
            {"csrf_token": page.tree.xpath("//*[@name='csrf_token']/@value")[0]},
        )

        assert "下書きに誤りが1件あるため、試せません" in page.words("//h2")
        assert page.words("//main//section[1]//li")[0].startswith("「fill」：")
        assert page.words("//main//button[contains(., '試行を始める')]") == []
        assert sent.status == 422

    def test_a_fourth_one_is_refused_until_one_is_ended(self, visit: Visit) -> None:
        owner = visit("owner1")
        doors = [begun(owner) for _ in range(MOST_OF_ONE)]

        refused = owner.send("/studio/probe/try", "/studio/probe/try", {})
        ended = owner.send("/studio/probe/try", f"{doors[0]}/over", {})
        again = owner.send("/studio/probe/try", "/studio/probe/try", {})

        assert refused.status == 409
        assert "同時に試せるのは3件までです" in refused.text
        assert (ended.status, ended.location) == (303, "/studio/probe/try")
        assert again.status == 303

    def test_what_people_do_not_start_is_started_with_what_callers_hand_over(
        self, office: TestOffice, visit: Visit
    ) -> None:
        office.deploy(
            line(
                "part",
                user_task("fill", candidateGroups="PJMO"),
                properties=props({"starters": "none"}),
                interface=interface(["対象業務", "開始日"], []),
            )
        )
        owner = visit("owner1")
        door = begun(owner, "part")
        path = f"{door}/sandbox/start"

        wrong = owner.send(path, path, {"subject": "試し", "input/1": "=date("})
        right = owner.send(path, path, {"subject": "試し", "input/0": "受付", "input/1": "=3"})

        assert wrong.status == 422
        assert wrong.words("//*[@class='error-summary']//a")[0].startswith(
            "開始日：式を計算できません"
        )
        assert right.status == 303
        assert right.location.startswith(f"{door}/instances/")

    @pytest.mark.parametrize("person", ["pjmo1", "pmo1"])
    def test_those_who_do_not_edit_models_are_refused(self, visit: Visit, person: str) -> None:
        assert visit(person).open("/studio/probe/try").status == 403

    def test_what_does_not_exist_cannot_be_tried(self, visit: Visit) -> None:
        assert visit("owner1").open("/studio/nothing/try").status == 404


class TestInside:
    def test_every_page_says_that_nothing_stays(self, visit: Visit) -> None:
        owner = visit("owner1")
        door = begun(owner)

        for path in ("worklist", "instances", "processes", "registers", "nowhere", "admin/outbox"):
            bar = owner.open(f"{door}/{path}").words("//aside[@aria-label='試行の操作']//p")
            assert bar[0] == "試行中：probe 第1版 ここでの操作は本番に残りません"

    def test_the_real_office_has_no_bar(self, visit: Visit) -> None:
        assert visit("pjmo1").open("/worklist").words("//aside[@aria-label='試行の操作']") == []

    def test_a_case_is_started_and_worked_on_with_the_real_forms(
        self, office: TestOffice, visit: Visit
    ) -> None:
        owner = visit("owner1")
        door = begun(owner)

        case = started(owner, door)
        task = next_task(owner, door)
        form = owner.open(task)
        sent = owner.post(
            task,
            {**form._fields(lambda found: found == task), **FIELDS, "do": "complete"},
        )

        assert case.status == 200
        assert sent.status == 303
        assert sent.location.startswith(door)
        assert office.cases() == []

    def test_what_is_sent_is_as_large_as_the_pages_inside_allow(
        self, app: Flask, office: TestOffice, visit: Visit
    ) -> None:
        app.config["MAX_CONTENT_LENGTH"] = 100_000
        owner = visit("owner1")
        door = begun(owner)
        started(owner, door)
        task = next_task(owner, door)
        form = owner.open(task)._fields(lambda found: found == task)

        sent = owner.post(
            task, {**form, **FIELDS, "添付": upload("図.txt", b"x" * 300_000), "do": "complete"}
        )

        folder = office.engine.settings.data_dir
        assert sent.status == 303
        assert len(list(folder.glob("sandboxes/*/files/*"))) == 1
        assert list(folder.glob("files/*")) == []

    def test_links_and_forms_stay_inside_and_the_rest_is_shared(self, visit: Visit) -> None:
        owner = visit("owner1")
        door = begun(owner)

        page = owner.open(f"{door}/worklist")

        addresses = page.tree.xpath("//body//a/@href | //form/@action")
        leads = {one for one in addresses if one.startswith("/") and not one.startswith(door)}
        sheets = page.tree.xpath("//link[@rel='stylesheet']/@href | //script/@src")
        assert leads == set()
        assert sheets
        assert all(sheet.startswith("/static/") for sheet in sheets)

    def test_the_session_of_the_real_office_stays_who_it_is(self, visit: Visit) -> None:
        owner = visit("owner1")
        door = begun(owner)
        started(owner, door)

        inside = owner.open(f"{door}/me").words("//*[@class='desk-only']")
        outside = owner.open("/me").words("//*[@class='desk-only']")

        assert inside == ["PJMO 甲"]
        assert outside == ["業務設計者 owner1"]
        paths = {one.path for one in owner.client._cookies.values() if one.key == "unei_try"}
        assert paths == {door}

    def test_one_becomes_who_is_waited_for_and_is_at_the_task_at_once(self, visit: Visit) -> None:
        owner = visit("owner1")
        door = begun(owner)
        started(owner, door)

        choices = owner.open(f"{door}/worklist").tree.xpath("//optgroup[1]/option/@value")
        page = owner.send(f"{door}/worklist", f"{door}/sandbox/person", {"person": choices[0]})
        other = owner.send(f"{door}/worklist", f"{door}/sandbox/person", {"person": "gyomu_head"})

        assert re.fullmatch(rf"{door}/tasks/\w+", page.location)
        assert other.location == f"{door}/worklist"
        assert owner.open(f"{door}/worklist").words("//*[@class='desk-only']") == [
            "業務実施部門の長"
        ]

    def test_nobody_there_becomes_nobody(self, visit: Visit) -> None:
        owner = visit("owner1")
        door = begun(owner)

        page = owner.send(f"{door}/worklist", f"{door}/sandbox/person", {"person": "nobody"})

        assert page.status == 404

    def test_a_forged_form_is_refused_inside_too(self, visit: Visit) -> None:
        owner = visit("owner1")
        door = begun(owner)
        owner.open(f"{door}/worklist")

        assert owner.post(f"{door}/sandbox/person", {"person": "gyomu1"}).status == 400
        assert owner.post(f"{door}/sandbox/end", {}).status == 400
        assert owner.open(f"{door}/worklist").status == 200

    def test_there_is_no_studio_and_no_sandbox_in_a_sandbox(self, visit: Visit) -> None:
        owner = visit("owner1")
        door = begun(owner)
        owner.send(f"{door}/worklist", f"{door}/sandbox/person", {"person": "owner1"})

        assert owner.open(f"{door}/studio/probe/try").status == 404
        assert f"{door}/studio" not in owner.open(f"{door}/worklist").tree.xpath("//nav//a/@href")

    def test_a_page_of_a_sandbox_has_the_headers_of_any_page(self, visit: Visit) -> None:
        owner = visit("owner1")
        door = begun(owner)

        answer = owner.open(f"{door}/worklist").response

        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert len(answer.headers.getlist("Content-Security-Policy")) == 1
        assert answer.headers["Cache-Control"] == "no-store"

    def test_the_language_is_switched_inside_for_the_same_page(self, visit: Visit) -> None:
        owner = visit("owner1")
        door = begun(owner)

        answer = owner.send(f"{door}/registers", f"{door}/language", {"lang": "en"})

        assert answer.location == f"{door}/registers"
        assert owner.open(f"{door}/registers").heading() == "Registers"

    @pytest.mark.parametrize("path", ["worklist", "sandbox/time", "admin/outbox"])
    def test_english_pages_have_no_japanese_left_but_data(self, visit: Visit, path: str) -> None:
        owner = visit("owner1")
        door = begun(owner)
        started(owner, door)
        language(owner, "en")

        assert foreign_texts(owner.open(f"{door}/{path}")) == []

    def test_the_page_before_it_is_english_too(self, office: TestOffice, visit: Visit) -> None:
        draft(office, line("probe", user_task("fill", candidateGroups="NOBODY"))["probe"])
        owner = visit("owner1")
        begun(owner, "asked")
        language(owner, "en")

        assert foreign_texts(owner.open("/studio/probe/try")) == []
        assert foreign_texts(owner.open("/studio/asked/try")) == []


class TestTime:
    def test_it_goes_on_by_a_working_day(self, visit: Visit) -> None:
        owner = visit("owner1")
        door = begun(owner)

        pressed(owner, door, "day")

        assert "2026年4月2日(木) 18時00分まで進めました。" in owner.open(f"{door}/worklist").text

    def test_it_goes_on_to_the_next_deadline(self, office: TestOffice, visit: Visit) -> None:
        office.deploy(line("timed", user_task("fill", candidateGroups="PJMO", dueWorkingDays="3")))
        owner = visit("owner1")
        door = begun(owner, "timed")
        pressed(owner, door, "deadline")
        nothing = owner.open(f"{door}/worklist").words("//*[@role='status']")
        path = f"{door}/processes/timed/start"
        owner.send(path, path, {"start.subject": "試し", "do": "start"})
        owner.open(f"{door}/worklist")

        pressed(owner, door, "deadline")

        page = owner.open(f"{door}/worklist?view=group")
        assert nothing == ["この先に、期限も予約処理もありません。"]
        assert page.words("//*[@role='status']") == ["2026年4月6日(月) 18時00分まで進めました。"]

    def test_it_goes_on_to_a_moment_of_ones_own(self, visit: Visit) -> None:
        owner = visit("owner1")
        door = begun(owner)
        path = f"{door}/sandbox/time"

        page = owner.send(
            path, path, {"at/年": "R8.12.4", "at/月": "", "at/日": "", "time": "9:30"}
        )

        assert page.status == 303
        bar = owner.open(f"{door}/worklist").words("//aside[@aria-label='試行の操作']//p")
        assert bar[1] == "仮の日時 2026年12月4日(金) 9時30分"

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"at/年": "2025", "at/月": "1", "at/日": "1"}, "時間は戻せません"),
            ({"at/年": "2036", "at/月": "1", "at/日": "1"}, "3年先までです"),
            ({"at/月": "13"}, "暦にない日です"),
            ({"time": "朝"}, "時刻を数字で入力してください"),
        ],
        ids=["the past", "far away", "no day", "no time"],
    )
    def test_a_moment_that_cannot_be_is_explained(
        self, visit: Visit, typed: dict[str, str], said: str
    ) -> None:
        owner = visit("owner1")
        door = begun(owner)
        path = f"{door}/sandbox/time"

        page = owner.send(path, path, typed)

        assert page.status == 422
        assert said in page.words("//*[@class='error-summary']//a")[0]


class TestEnd:
    def test_ending_leads_back_to_the_studio(self, visit: Visit) -> None:
        owner = visit("owner1")
        door = begun(owner)

        page = pressed(owner, door, "end")
        after = owner.open(f"{door}/worklist")

        assert (page.status, page.location) == (303, "/studio/probe")
        assert after.status == 404
        assert after.heading() == "この試行は終わっています"

    def test_beginning_again_takes_the_draft_as_it_is_now(
        self, office: TestOffice, visit: Visit
    ) -> None:
        owner = visit("owner1")
        door = begun(owner)
        started(owner, door)
        draft(office, line("probe", user_task("look", candidateGroups="PJMO"))["probe"])

        page = pressed(owner, door, "again")

        other = page.location.removesuffix("/processes/probe/start")
        assert other != door
        assert owner.open(f"{door}/worklist").status == 404
        assert "下書き" in owner.open(f"{other}/worklist").words("//aside//p")[0]
        assert owner.open(f"{other}/instances").words("//main//tbody/tr") == []

    def test_nobody_else_gets_in(self, visit: Visit) -> None:
        door = begun(visit("owner1"))

        assert visit("owner2").open(f"{door}/worklist").status == 404
        assert visit("admin1").open(f"{door}/worklist").status == 404
        assert visit(None).open(f"{door}/worklist").location.startswith("/login?next=")

    def test_the_address_of_another_process_leads_nowhere(self, visit: Visit) -> None:
        owner = visit("owner1")
        door = begun(owner)

        assert owner.open(door.replace("/probe/", "/asked/") + "/worklist").status == 404

    def test_after_two_hours_it_is_gone(self, office: TestOffice, visit: Visit) -> None:
        owner = visit("owner1")
        begun(owner)
        office.clock.moment += timedelta(hours=2, minutes=1)

        assert "あなたの試行" not in owner.open("/studio/probe/try").text


def test_the_sandbox_lives_as_long_as_its_maker_may_edit_models(
    app: Flask, office: TestOffice, visit: Visit
) -> None:
    from engine.services import people
    from engine.testing import SETUP

    door = begun(visit("owner1"))
    membership = office.engine.ask(people.person, "owner1").memberships[0]
    yesterday = datetime(2026, 3, 31, tzinfo=TOKYO).date()
    office.engine.run(people.end_membership, membership, yesterday, SETUP)

    assert visit("owner1").open(f"{door}/worklist").status == 404
