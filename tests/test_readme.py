"""What the README shows to outsiders runs as it stands there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from web.cli import main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_example_of_a_test_of_an_own_process_passes(tmp_path: Path) -> None:
    section = README.partition("## Testing your own process")[2].partition("\n## ")[0]
    [example] = re.findall(r"```python\n(.*?)```", section, re.S)
    (tmp_path / "test_my_process.py").write_text(example, encoding="utf-8")

    # as the README says, in a process of its own
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, f"--rootdir={tmp_path}", str(tmp_path)],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_is_in_the_readme_and_explains_itself(command: str) -> None:
    told = CliRunner().invoke(main, [command, "--help"])

    assert f"`unei {command}" in README
    assert told.exit_code == 0
    assert re.search(r"[\u3040-\u30ff]", told.output)
