from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest
from click.testing import CliRunner, Result

from engine.bootstrap import build
from engine.services import deployments, people
from engine.services.people import NewPerson
from engine.settings import read_settings
from engine.testing import SETUP
from tests.diagrams import line, user_task
from web.cli import main

ROOT = Path(__file__).parents[2]
SERVE = [sys.executable, "-m", "web.cli", "serve", "--port"]
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation of its own, with nothing in it yet."""
    monkeypatch.setenv("UNEI_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words, terminal_width=200, env={"COLUMNS": "200"})


def add_demo_person() -> None:
    with build(read_settings()) as engine:
        new = NewPerson(login="sato", name="佐藤", password=PASSWORD, is_demo=True)
        engine.run(people.add, new, SETUP)


def models(folder: Path, **files: bytes) -> Path:
    for name, content in files.items():
        (folder / name).mkdir(parents=True)
        (folder / name / f"{name}.bpmn").write_bytes(content)
    return folder


def test_migrate_makes_a_database_that_can_be_used(installation: Path) -> None:
    assert run("migrate").exit_code == 0
    assert run("migrate").exit_code == 0
    assert (installation / "unei.sqlite").exists()


@pytest.mark.parametrize("command", ["serve", "deploy", "demo"])
def test_a_command_before_migrate_says_what_comes_first(command: str) -> None:
    result = run(command)

    assert result.exit_code == 1
    assert "unei migrate" in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("command", ["migrate", "serve"])
def test_a_database_that_cannot_be_reached_is_named_without_its_password(
    command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNEI_DATABASE__URL", "postgresql://unei:geheim@127.0.0.1:1/unei")

    result = run(command)

    assert result.exit_code == 1
    assert "127.0.0.1:1/unei" in result.stderr
    assert "つながりません" in result.stderr
    assert "geheim" not in result.output


def test_all_wrong_settings_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNEI_SERVER__PORT", "eighty")
    monkeypatch.setenv("UNEI_SIGN_IN__FAILURES", "0")

    result = run("migrate")

    assert result.exit_code == 1
    assert "server.port" in result.output
    assert "sign_in.failures" in result.output


def test_deploy_tells_what_became_of_each_process(tmp_path: Path) -> None:
    run("migrate")
    diagram = line("probe", user_task("look", candidateGroups="PJMO"))["probe"]["probe.bpmn"]
    folder = models(tmp_path / "models", probe=diagram)

    first, second = run("deploy", str(folder)), run("deploy", str(folder))

    assert "probe probe：第1版を公開しました" in first.output
    assert "probe probe：第1版（変更なし）" in second.output


def test_deploy_names_every_fault_and_changes_nothing(tmp_path: Path) -> None:
    run("migrate")
    good = line("good", user_task("look", candidateGroups="PJMO"))["good"]["good.bpmn"]
    bad = line("bad", user_task("look", candidateGroups="NOBODY"))["bad"]["bad.bpmn"]
    folder = models(tmp_path / "models", good=good, bad=bad)

    result = run("deploy", str(folder))

    assert result.exit_code == 1
    assert "look" in result.output
    assert "NOBODY" in result.output
    with build(read_settings()) as engine:
        assert engine.ask(deployments.newest) == []


def test_no_remote_address_is_served_while_there_are_demo_people() -> None:
    run("migrate")
    add_demo_person()

    result = run("serve", "--host", "0.0.0.0", "--port", "0")

    assert result.exit_code == 1
    assert "見本の利用者がいる間は" in result.output


def test_demo_does_nothing_where_people_are() -> None:
    run("migrate")
    add_demo_person()

    assert run("demo", "--if-empty").exit_code == 0
    assert "空のデータベースにだけ" in run("demo").output


def test_a_taken_port_is_told(tmp_path: Path) -> None:
    run("migrate")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        # a process of its own: the server leaves a half-made socket behind when it cannot begin
        result = subprocess.run(
            [*SERVE, port], cwd=ROOT, capture_output=True, text=True, check=False
        )

    assert result.returncode == 1
    assert "--port で別の番号を選びます" in result.stderr
    assert "Traceback" not in result.stderr


def test_serve_answers_until_it_is_told_to_stop(tmp_path: Path) -> None:
    run("migrate")
    with subprocess.Popen([*SERVE, "0"], cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        address = server.stdout.readline().split("：")[1].split()[0]
        with urlopen(f"{address}healthz") as answer:
            status = answer.status
        server.send_signal(signal.SIGTERM)

    assert status == 200
    assert server.returncode == 0
