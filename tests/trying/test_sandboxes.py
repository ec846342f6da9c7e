"""What happens in a sandbox stays there; it goes when nobody needs it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import testing
from engine.bootstrap import Engine
from engine.domain.errors import FieldErrors, NotFoundError, RefusedError
from engine.domain.model_draft import DECISIONS
from engine.domain.values import TOKYO
from engine.sandbox import PATIENCE, Sandbox, TakesTooLongError
from engine.services import instances, people, studio, tasks
from engine.services.instances import Start
from engine.services.studio import MayNotEditModelsError, NewText
from engine.services.unit import Unit
from engine.storage import outbox
from engine.storage.schema_values import instance_value
from engine.testing import PROJECT, SYSTEM, TestOffice
from engine.trying import MOST, MOST_OF_ONE, Sandboxes, SandboxOverError, TooManySandboxesError
from tests.diagrams import call, interface, line, props, script, service, timer, user_task
from tests.execution.drawing import DECISION
from tests.offices import Watched, at_once, second_engine

OWNER = "owner1"
NOON = datetime(2026, 4, 1, 12, 0, tzinfo=TOKYO)
Folders = dict[str, dict[str, bytes]]


def probe() -> Folders:
    return line("probe", user_task("fill", candidateGroups="PJMO", dueWorkingDays="3"))


@pytest.fixture
def office(tmp_path: Path, sqlite_url: str) -> Iterator[TestOffice]:
    with testing.office(tmp_path, sqlite_url, now=NOON) as made:
        made.deploy(probe())
        yield made


@pytest.fixture
def any_office(tmp_path: Path, database_url: str) -> Iterator[TestOffice]:
    """The real office on either database; sandboxes are on SQLite in any case."""
    with testing.office(tmp_path, database_url, now=NOON) as made:
        made.deploy(probe())
        yield made


@pytest.fixture
def sandboxes(office: TestOffice) -> Sandboxes:
    return Sandboxes(office.engine)


def begun(office: TestOffice, sandboxes: Sandboxes, key: str = "probe") -> Sandbox:
    owner = office.actor(OWNER)
    return sandboxes.open(sandboxes.begin(key, owner).id, owner)


def start(sandbox: Sandbox) -> str:
    """Start what is tried, as the person who sits down first."""
    actor = sandbox.engine.ask(people.actor, sandbox.trial.person)
    assert actor is not None
    place = Start(project_id=PROJECT, system_id=SYSTEM, subject="試しの1件")
    id_ = sandbox.engine.run(instances.submit_start, sandbox.trial.key, actor, {}, place)
    sandbox.settle()
    return id_


def waiting(sandbox: Sandbox) -> list[tuple[str, str]]:
    return [(one.task.element_id, one.person.name) for one in sandbox.waiting()]


def draft(office: TestOffice, files: Mapping[str, bytes], key: str = "probe") -> None:
    """Write these files into the draft of the process."""
    owner = office.actor(OWNER)
    opened = office.engine.run(studio.open_draft, key, owner)
    for name, content in files.items():
        new = NewText(name=name, content=content, revision=opened.revisions.get(name, 0), tab="t")
        office.engine.run(studio.save_file, key, new, owner)


def decision(answer: str, id_: str = "d01_mode") -> bytes:
    named = DECISION.replace(b"d01_mode", id_.encode())
    return named.replace('"通常"'.encode(), f'"{answer}"'.encode())


def in_service(sandbox: Sandbox, decision_id: str) -> bytes:
    name = f"{DECISIONS}/{decision_id}"
    return sandbox.engine.ask(studio.newest, name)[2][f"{name}.dmn"]


def kept_values(unit: Unit) -> int:
    return len(unit.rows(sa.select(instance_value)))


def folders_of(office: TestOffice) -> list[str]:
    place = office.engine.settings.data_dir / "sandboxes"
    return sorted(path.name for path in place.glob("*") if path.is_dir())


class TestWhatIsTried:
    def test_a_process_is_started_and_worked_on_by_made_up_people(
        self, office: TestOffice, sandboxes: Sandboxes
    ) -> None:
        sandbox = begun(office, sandboxes)

        start(sandbox)

        assert waiting(sandbox) == [("fill", "PJMO 甲")]

    def test_what_is_written_can_be_looked_for_at_once(
        self, office: TestOffice, sandboxes: Sandboxes
    ) -> None:
        office.deploy(line("probe", script("count", "金額 = 3"), user_task("fill")))
        sandbox = begun(office, sandboxes)

        start(sandbox)

        assert not sandbox.engine.worker.values.run_one()
        assert sandbox.engine.ask(kept_values) > 0

    def test_the_draft_is_tried_where_there_is_one(
        self, office: TestOffice, sandboxes: Sandboxes
    ) -> None:
        draft(office, line("probe", user_task("look", candidateGroups="GYOMU:head"))["probe"])

        sandbox = begun(office, sandboxes)
        start(sandbox)

        assert sandbox.trial.version == 0
        assert waiting(sandbox) == [("look", "業務実施部門の長")]

    def test_without_a_draft_the_newest_version_is_tried(
        self, office: TestOffice, sandboxes: Sandboxes
    ) -> None:
        office.deploy(line("probe", user_task("look", candidateGroups="PJMO")))

        sandbox = begun(office, sandboxes)
        start(sandbox)

        assert sandbox.trial.version == 2
        assert waiting(sandbox) == [("look", "PJMO 甲")]

    def test_what_the_draft_calls_comes_along_however_deep(
        self, office: TestOffice, sandboxes: Sandboxes
    ) -> None:
        office.deploy(line("deepest", user_task("dig", candidateGroups="PJMO")))
        office.deploy(line("middle", call("go_down", "deepest")))
        draft(office, line("probe", call("go_on", "middle"))["probe"])

        sandbox = begun(office, sandboxes)
        start(sandbox)

        assert waiting(sandbox) == [("dig", "PJMO 甲")]

    def test_the_drafts_own_copy_of_a_decision_comes_before_the_one_in_service(
        self, office: TestOffice, sandboxes: Sandboxes
    ) -> None:
        office.deploy(
            {DECISIONS: {"d01_mode.dmn": decision("通常"), "d02.dmn": decision("外", "d02")}}
        )
        draft(office, {"_decisions/d01_mode.dmn": decision("簡易")})

        sandbox = begun(office, sandboxes)

        assert in_service(sandbox, "d01_mode") == decision("簡易")
        assert in_service(sandbox, "d02") == decision("外", "d02")

    def test_a_draft_with_errors_is_refused_and_leaves_nothing(
        self, office: TestOffice, sandboxes: Sandboxes
    ) -> None:
        draft(office, line("probe", user_task("fill", candidateGroups="NOBODY"))["probe"])

        with pytest.raises(RefusedError) as caught:
            begun(office, sandboxes)

        assert [found.element_id for found in caught.value.findings] == ["fill"]
        assert folders_of(office) == []

    def test_a_process_that_is_only_called_is_started_as_its_caller_would(
        self, office: TestOffice, sandboxes: Sandboxes
    ) -> None:
        part = line(
            "part",
            user_task("fill", candidateGroups="PJMO"),
            properties=props({"starters": "none"}),
            interface=interface(["対象業務", "開始日"], []),
        )
        office.deploy(part)
        sandbox = begun(office, sandboxes, "part")

        id_ = sandbox.start_as_called({"対象業務": "受付", "開始日": '=date("2026-12-04")'}, "試し")

        assert not sandbox.trial.by_hand
        assert sandbox.inputs() == ("対象業務", "開始日")
        variables = sandbox.engine.ask(testing._variables, id_)
        assert variables["対象業務"] == "受付"
        assert variables["開始日"] == date(2026, 12, 4)

    def test_an_input_that_is_no_expression_is_named(
        self, office: TestOffice, sandboxes: Sandboxes
    ) -> None:
        sandbox = begun(office, sandboxes)

        with pytest.raises(FieldErrors) as caught:
            sandbox.start_as_called({"対象業務": "受付", "開始日": "=date("}, "試し")

        assert list(caught.value.errors) == ["開始日"]

    def test_only_those_who_edit_models_try_them(
        self, office: TestOffice, sandboxes: Sandboxes
    ) -> None:
        with pytest.raises(MayNotEditModelsError):
            sandboxes.begin("probe", office.actor("pjmo1"))

    def test_what_does_not_exist_cannot_be_tried(
        self, office: TestOffice, sandboxes: Sandboxes
    ) -> None:
        with pytest.raises(NotFoundError):
            sandboxes.begin("nothing", office.actor(OWNER))


class TestNothingLeavesIt:
    def test_the_real_office_is_asked_and_never_changed(self, any_office: TestOffice) -> None:
        with Watched(any_office.engine._database) as watched:
            sandbox = begun(any_office, Sandboxes(any_office.engine))
            start(sandbox)
            sandbox.advance(sandbox.end_of_next_day())

        assert {words.split()[0] for words in watched.words} == {"select"}
        assert any_office.cases() == []

    def test_settings_of_the_environment_do_not_lead_back_to_the_real_database(
        self, any_office: TestOffice, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("UNEI_DATABASE__URL", any_office.engine.settings.database_url)
        monkeypatch.setenv("UNEI_DATA_DIR", str(any_office.engine.settings.data_dir))
        monkeypatch.setenv("UNEI_MAIL__HOST", "mail.example.jp")

        sandbox = begun(any_office, Sandboxes(any_office.engine))
        start(sandbox)

        folder = any_office.engine.settings.data_dir / "sandboxes" / sandbox.trial.id
        assert sandbox.engine.settings.database_url == f"sqlite:///{folder.resolve()}/unei.sqlite"
        assert sandbox.engine.settings.mail.host == ""
        assert any_office.cases() == []

    def test_mail_waits_and_is_never_sent(self, office: TestOffice, sandboxes: Sandboxes) -> None:
        mail = service("tell", "mail.send", to='"pjmo1"', subject='"件名"', body='"本文"')
        office.deploy(line("probe", mail, user_task("fill", candidateGroups="PJMO")))
        sandbox = begun(office, sandboxes)

        start(sandbox)
        sandbox.advance(sandbox.end_of_next_day())

        assert sandbox.engine.worker._relay.send_due() == 0
        assert [row.kind for row in sandbox.engine.ask(_mails)] == ["mail"]

    def test_its_secrets_are_its_own(self, office: TestOffice, sandboxes: Sandboxes) -> None:
        from engine.settings import secret

        sandbox = begun(office, sandboxes)

        real = secret(office.engine.settings, "session")
        assert secret(sandbox.engine.settings, "session") != real


class TestItsClock:
    def test_it_begins_now_and_stands_still(self, office: TestOffice, sandboxes: Sandboxes) -> None:
        sandbox = begun(office, sandboxes)

        office.advance(days=0.05)

        assert sandbox.now == NOON

    def test_the_next_working_day_ends_at_the_close_of_business(
        self, office: TestOffice, sandboxes: Sandboxes
    ) -> None:
        sandbox = begun(office, sandboxes)
        start(sandbox)

        sandbox.advance(sandbox.end_of_next_day())

        assert sandbox.now == datetime(2026, 4, 2, 18, 0, tzinfo=TOKYO)

    def test_the_next_deadline_is_that_of_a_task_or_a_timer(
        self, office: TestOffice, sandboxes: Sandboxes
    ) -> None:
        wait = timer("intermediateCatchEvent", "rest", 'duration("P10D")')
        office.deploy(
            line("probe", user_task("fill", candidateGroups="PJMO", dueWorkingDays="3"), wait)
        )
        sandbox = begun(office, sandboxes)
        assert sandbox.next_moment() is None

        id_ = start(sandbox)
        of_the_task = sandbox.next_moment()
        actor = sandbox.engine.ask(people.actor, "pjmo1")
        assert actor is not None
        sandbox.engine.run(tasks.complete, sandbox.waiting()[0].task.id, actor, {})
        of_the_timer = sandbox.next_moment()

        assert of_the_task == datetime(2026, 4, 6, 18, 0, tzinfo=TOKYO)
        assert of_the_timer == NOON + timedelta(days=10)
        sandbox.advance(NOON + timedelta(days=10))
        assert sandbox.engine.ask(_state, id_) == "completed"

    def test_another_process_sees_the_same_moment(
        self, office: TestOffice, sandboxes: Sandboxes
    ) -> None:
        sandbox = begun(office, sandboxes)
        with second_engine(office) as engine:
            other = Sandboxes(engine).open(sandbox.trial.id, office.actor(OWNER))

            sandbox.advance(NOON + timedelta(hours=5))

            assert other.now == other.engine.now() == NOON + timedelta(hours=5)

    def test_work_without_end_is_given_up_and_taken_up_where_it_stands(
        self, office: TestOffice, sandboxes: Sandboxes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        waits = [timer("intermediateCatchEvent", f"rest_{n}", 'duration("PT1H")') for n in range(5)]
        office.deploy(line("probe", *waits))
        sandbox = begun(office, sandboxes)
        id_ = start(sandbox)
        tomorrow = NOON + timedelta(days=1)

        with monkeypatch.context() as slow:
            slow.setattr("engine.sandbox.monotonic", itertools.count(step=PATIENCE / 4).__next__)
            with pytest.raises(TakesTooLongError):
                sandbox.advance(tomorrow)
        stood_at = sandbox.now
        sandbox.advance(tomorrow)

        assert NOON < stood_at < NOON + timedelta(hours=5)
        assert sandbox.now == tomorrow
        assert sandbox.engine.ask(_state, id_) == "completed"


class TestWhoMayOpenIt:
    def test_it_is_opened_by_its_maker_in_any_process(
        self, office: TestOffice, sandboxes: Sandboxes
    ) -> None:
        sandbox = begun(office, sandboxes)
        start(sandbox)

        with second_engine(office) as engine:
            again = Sandboxes(engine).open(sandbox.trial.id, office.actor(OWNER))

            assert again.trial == sandbox.trial
            assert waiting(again) == [("fill", "PJMO 甲")]

    @pytest.mark.parametrize("person", ["owner2", "admin1", "pjmo1"])
    def test_nobody_else_learns_that_it_exists(
        self, office: TestOffice, sandboxes: Sandboxes, person: str
    ) -> None:
        sandbox = begun(office, sandboxes)

        with pytest.raises(SandboxOverError):
            sandboxes.open(sandbox.trial.id, office.actor(person))

        assert sandboxes.of(office.actor(person)) == []

    @pytest.mark.parametrize("id_", ["", ".", "..", "../sandboxes", "0123456789abcdef"])
    def test_an_id_that_is_none_leads_nowhere(
        self, office: TestOffice, sandboxes: Sandboxes, id_: str
    ) -> None:
        begun(office, sandboxes)

        with pytest.raises(SandboxOverError):
            sandboxes.open(id_, office.actor(OWNER))


class TestItsEnd:
    def test_what_is_ended_is_gone(self, office: TestOffice, sandboxes: Sandboxes) -> None:
        sandbox = begun(office, sandboxes)
        owner = office.actor(OWNER)

        sandboxes.end(sandbox.trial.id, owner)

        assert folders_of(office) == []
        with pytest.raises(SandboxOverError):
            sandboxes.open(sandbox.trial.id, owner)

    def test_what_another_process_has_ended_is_gone_here_too(
        self, office: TestOffice, sandboxes: Sandboxes
    ) -> None:
        sandbox = begun(office, sandboxes)
        with second_engine(office) as engine:
            Sandboxes(engine).end(sandbox.trial.id, office.actor(OWNER))

        with pytest.raises(SandboxOverError):
            sandboxes.open(sandbox.trial.id, office.actor(OWNER))

    def test_two_hours_after_the_last_use_it_is_thrown_away(
        self, office: TestOffice, sandboxes: Sandboxes
    ) -> None:
        used, unused = begun(office, sandboxes), begun(office, sandboxes)
        office.clock.moment += timedelta(minutes=90)
        sandboxes.open(used.trial.id, office.actor(OWNER))
        office.clock.moment += timedelta(minutes=31)

        sandboxes.sweep()

        assert folders_of(office) == [used.trial.id]
        assert [one.id for one in sandboxes.of(office.actor(OWNER))] == [used.trial.id]
        assert unused.trial.id != used.trial.id

    def test_what_a_killed_process_has_left_half_made_is_swept_up(
        self, office: TestOffice, sandboxes: Sandboxes
    ) -> None:
        (office.engine.settings.data_dir / "sandboxes" / "0123456789abcdef").mkdir(parents=True)

        assert sandboxes.of(office.actor(OWNER)) == []
        assert folders_of(office) == []

    def test_one_nobody_uses_is_closed_and_can_be_opened_again(
        self, office: TestOffice, sandboxes: Sandboxes
    ) -> None:
        first, second = begun(office, sandboxes), begun(office, sandboxes)
        start(first)
        office.clock.moment += timedelta(minutes=11)

        sandboxes.open(second.trial.id, office.actor(OWNER))
        again = sandboxes.open(first.trial.id, office.actor(OWNER))

        assert again is not first
        assert waiting(again) == [("fill", "PJMO 甲")]

    def test_a_server_that_begins_finds_none_of_an_earlier_one(
        self, office: TestOffice, sandboxes: Sandboxes
    ) -> None:
        sandboxes.serve()
        begun(office, sandboxes)
        sandboxes.close()

        with second_engine(office) as engine:
            Sandboxes(engine).serve()

        assert folders_of(office) == []

    def test_a_server_that_begins_beside_another_takes_nothing_from_it(
        self, office: TestOffice, sandboxes: Sandboxes
    ) -> None:
        sandboxes.serve()
        sandbox = begun(office, sandboxes)

        with second_engine(office) as engine:
            Sandboxes(engine).serve()

        assert folders_of(office) == [sandbox.trial.id]

    def test_the_office_closes_what_is_open_when_it_closes(
        self, office: TestOffice, sandboxes: Sandboxes
    ) -> None:
        sandbox = begun(office, sandboxes)
        closed: list[Engine] = []
        sandbox.engine.at_close.append(lambda: closed.append(sandbox.engine))

        office.engine.close()

        assert closed == [sandbox.engine]
        assert folders_of(office) == [sandbox.trial.id]


class TestHowMany:
    def test_one_person_has_three_at_most(self, office: TestOffice, sandboxes: Sandboxes) -> None:
        for _ in range(MOST_OF_ONE):
            begun(office, sandboxes)

        with pytest.raises(TooManySandboxesError) as caught:
            begun(office, sandboxes)

        assert caught.value.is_own
        assert len(folders_of(office)) == MOST_OF_ONE

    def test_the_office_has_ten_at_most_however_many_ask_at_once(
        self, office: TestOffice, sandboxes: Sandboxes
    ) -> None:
        makers = [office.actor(id_) for id_ in ("owner1", "owner2", "owner_head", "admin1")]
        asked = [
            (lambda maker=maker: sandboxes.begin("probe", maker))
            for maker in makers
            for _ in range(MOST_OF_ONE)
        ]

        results = at_once(*asked)

        refused = [one for one in results if isinstance(one, TooManySandboxesError)]
        assert [one.is_own for one in refused] == [False, False]
        assert len(folders_of(office)) == MOST


def _mails(unit: Unit) -> list[outbox.OutboxRow]:
    return list(outbox.due(unit, "mail", 10))


def _state(unit: Unit, instance_id: str) -> str:
    return str(instances.rows.get_head(unit, instance_id).state)
