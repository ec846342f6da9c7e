"""unei test-process: examples, differences, and what nobody has gone through."""

from __future__ import annotations

import shutil
from pathlib import Path

from click.testing import CliRunner, Result

from engine.settings import models_dir
from web.cli import main


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["test-process", *arguments])


def test_examples_of_a_process_are_played_and_its_flows_counted() -> None:
    done = run("publicity")

    assert done.exit_code == 0, done.output
    assert "○ publicity/examples/told_twice.toml" in done.output
    assert "publicity：流れ 20 のすべてを通りました。" in done.output


def test_a_difference_ends_with_status_1_and_says_what_is_missing(tmp_path: Path) -> None:
    shutil.copytree(models_dir() / "publicity", tmp_path / "publicity")
    (tmp_path / "publicity/examples/told_twice.toml").unlink()
    other = tmp_path / "publicity/examples/given_up.toml"
    other.write_text(
        other.read_text(encoding="utf-8").replace('"結果" = "取りやめ"', '"結果" = "完了"')
    )

    done = run("publicity", "--folder", str(tmp_path), "--lang", "en")

    assert done.exit_code == 1
    assert "× publicity/examples/given_up.toml" in done.output
    assert "is_approved_to_record_plan" in done.output
    assert "Examples that did not come out" in done.output


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    shutil.copytree(models_dir() / "publicity", tmp_path / "publicity")
    (tmp_path / "publicity/examples/broken.toml").write_text("title = ")

    done = run("publicity", "--folder", str(tmp_path))

    assert done.exit_code == 1
    assert "publicity/examples/broken.toml" in done.output


def test_an_unknown_process_is_answered_with_those_there_are() -> None:
    done = run("nope")

    assert done.exit_code == 1
    assert "publicity" in done.output
