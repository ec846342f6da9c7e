"""Everything that lies in files is checked at once, without a database."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.checking import check
from engine.settings import config_dir
from tests.diagrams import line, script, user_task
from web.cli import main

GOOD = line("probe", user_task("look", candidateGroups="PJMO"))


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A copy of the shipped configuration."""
    shutil.copytree(config_dir(), tmp_path / "config", ignore=shutil.ignore_patterns("site.toml"))
    return tmp_path / "config"


def test_what_is_right_is_counted(config: Path) -> None:
    done = check(config, GOOD)

    assert done.findings == ()
    counts = dict(done.looked_at)
    assert counts["業務フロー"] == 1
    assert counts["台帳"] == len(list((config / "registers").glob("*.json")))
    assert set(counts) >= {"設定", "休業日", "役割", "定期起動", "台帳", "業務フロー", "判断表"}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("site.toml", "[server]\nport = 99999\n", "server.port"),
        ("site.toml", "colour = 1\n", "colour"),
        ("site.toml", "x =", "TOML"),
        ("calendar.toml", '[[day]]\non = "2027-05-20"\n', "日付で書きます"),
        ("roles.toml", "x =", "roles.toml"),
        ("schedules.toml", '[[schedule]]\nid = "a"\n', "がありません"),
        ("registers/R99.json", "{", "JSONとして読めません"),
        ("registers/R99.json", json.dumps({"title": "x"}), "x-code"),
    ],
    ids=[
        "a setting out of range",
        "an unknown setting",
        "settings that are no TOML",
        "a day that is a text",
        "roles that are no TOML",
        "a schedule without a rule",
        "a register that is no JSON",
        "a register without its code",
    ],
)
def test_a_fault_in_a_file_is_found_and_named(
    config: Path, name: str, content: str, words: str
) -> None:
    (config / name).write_text(content)

    done = check(config, GOOD)

    assert any(words in finding.message + finding.file for finding in done.findings)


def test_faults_of_several_files_are_told_at_once(config: Path) -> None:
    (config / "site.toml").write_text("[server]\nport = 99999\n")
    (config / "registers" / "R99.json").write_text("{")
    bad = line("bad", user_task("look", candidateGroups="NOBODY"))

    done = check(config, {**GOOD, **bad})

    text = " ".join(finding.file for finding in done.findings)
    assert len(done.findings) >= 2
    assert "R99.json" in text


def test_a_fault_in_a_model_is_named_with_its_element(config: Path) -> None:
    [found] = check(config, line("bad", user_task("look", candidateGroups="NOBODY"))).findings

    assert found.element_id == "look"
    assert "NOBODY" in found.message


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words, terminal_width=200, env={"COLUMNS": "200"})


def test_the_shipped_files_are_all_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNEI_DATA_DIR", str(tmp_path / "data"))

    result = run("check")

    assert result.exit_code == 0, result.output
    assert "直すところはありません" in result.output
    assert "注意" not in result.output
    assert not (tmp_path / "data").exists()  # no database was touched


def test_own_models_are_checked_together_with_the_shipped_ones(tmp_path: Path) -> None:
    bad = line("bad", user_task("look", candidateGroups="NOBODY"))["bad"]["bad.bpmn"]
    (tmp_path / "models" / "bad").mkdir(parents=True)
    (tmp_path / "models" / "bad" / "bad.bpmn").write_bytes(bad)

    result = run("check", str(tmp_path / "models"))

    assert result.exit_code == 1
    [told] = [line for line in result.stderr.splitlines() if line]
    assert told.startswith("bad")
    assert "look" in told
    assert "NOBODY" in told


def test_findings_are_told_in_english_too(tmp_path: Path) -> None:
    drawn = line("bad", script("count", "n = count(1, 2)"))["bad"]["bad.bpmn"]
    (tmp_path / "models" / "bad").mkdir(parents=True)
    (tmp_path / "models" / "bad" / "bad.bpmn").write_bytes(drawn)

    result = run("check", "--lang", "en", str(tmp_path / "models"))

    assert result.exit_code == 1
    [told] = [line for line in result.stderr.splitlines() if line]
    assert told.startswith("bad/bad.bpmn count count: Script, line 1, character 5: ")
    assert "is given the wrong number of values (2). Write count(list)." in told
