"""BPMN of other tools on the command line: a report, or drafts in folders."""

from __future__ import annotations

import re
from pathlib import Path

from click.testing import CliRunner, Result

from tests.importing.told import SAMPLES
from web.cli import main
from web.import_words import OUTSIDE, QUESTIONS, REPAIRS

SOURCES = Path(__file__).parents[2] / "engine" / "execution"


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words, terminal_width=200, env={"COLUMNS": "200"})


def test_a_report_tells_of_every_file_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.bpmn").write_bytes((SAMPLES / "camunda7_invoice.bpmn").read_bytes())
    (tmp_path / "b.bpmn").write_bytes((SAMPLES / "flowable_simple.bpmn").read_bytes())

    result = run("import", "--report", str(tmp_path))

    assert result.exit_code == 0, result.output
    assert "下書き invoice_approval 請求書の確認（Camunda 7）" in result.output
    assert "Activity_pay 支払の登録：サービスタスクの処理を選びます。" in result.output
    assert "下書き simple_review" in result.output
    assert "このまま公開できるもの 1" in result.output
    assert {path.name for path in tmp_path.iterdir()} == {"a.bpmn", "b.bpmn"}


def test_a_damaged_file_gets_a_line_and_the_others_go_on(tmp_path: Path) -> None:
    (tmp_path / "a.bpmn").write_bytes(b"<bpmn:definitions")
    (tmp_path / "b.bpmn").write_bytes(b'<!DOCTYPE x [<!ENTITY y "z">]><x>&y;</x>')
    (tmp_path / "c.bpmn").write_bytes(b"<mxfile/>")
    (tmp_path / "d.bpmn").write_bytes((SAMPLES / "flowable_simple.bpmn").read_bytes())

    result = run("import", "--report", str(tmp_path))

    assert result.exit_code == 1
    assert result.stderr.count("  読めません：") == 3
    assert "下書き simple_review" in result.output


def test_drafts_are_written_into_folders_with_their_notes(tmp_path: Path) -> None:
    result = run("import", str(SAMPLES / "flowable_simple.bpmn"), "--into", str(tmp_path / "out"))

    assert result.exit_code == 0, result.output
    folder = tmp_path / "out" / "simple_review"
    assert sorted(path.name for path in folder.iterdir()) == [
        "README.import.md",
        "simple_review.bpmn",
    ]
    assert "BPMNShape" in (folder / "simple_review.bpmn").read_text(encoding="utf-8")
    assert "担当者を移しました" in (folder / "README.import.md").read_text(encoding="utf-8")
    checked = run("check", str(tmp_path / "out"))
    assert checked.exit_code == 0, checked.output


def test_the_report_is_told_in_english_too() -> None:
    result = run("import", "--report", "--lang", "en", str(SAMPLES / "camunda7_invoice.bpmn"))

    assert "(Camunda 7): " in result.output
    assert "Choose the operation of the service task." in result.output
    assert "3 open questions, 1 findings" in result.output


def test_a_folder_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "simple_review").mkdir()

    result = run("import", str(SAMPLES / "flowable_simple.bpmn"), "--into", str(tmp_path))

    assert result.exit_code == 1
    assert "すでにあります" in result.stderr


def test_every_code_has_its_words() -> None:
    source = "\n".join(file.read_text(encoding="utf-8") for file in SOURCES.glob("importing*.py"))
    repairs = set(re.findall(r"notes\.repair\(\s*[^,()]+(?:\([^()]*\))?,\s*\"(\w+)\"", source))
    questions = set(re.findall(r"\bask\(\s*[^,()]+,\s*\"(\w+)\"", source))
    questions |= set(re.findall(r"\bask\(\"(\w+)\"", source))

    assert repairs - set(REPAIRS) == set()
    assert questions - set(QUESTIONS) == set()
    assert set(REPAIRS) - repairs <= {"due_date", "follow_up_date", "form_fields", "form_file"}
    assert set(QUESTIONS) - questions <= {"due_date", "follow_up_date"}
    assert set(OUTSIDE) == set(re.findall(r"outside_of\(\w+, \"(\w+)\"", source))
