"""The built package works where nothing but Python is: it deploys its own models and starts one."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
USE_IT = """
import json, pathlib, sys
import engine
from engine import testing
with testing.office(pathlib.Path(sys.argv[1])) as office:
    office.deploy_shipped("go_live_preparation")
    case = office.start("go_live_preparation", by="pjmo1")
    print(json.dumps({
        "from": engine.__file__,
        "number": case.number,
        "open": [task.element_id for task in office.open_tasks()],
    }))
"""


@pytest.mark.slow
def test_the_wheel_in_an_empty_environment_deploys_and_starts_a_process(tmp_path):
    wheel = build(tmp_path)
    python = empty_environment(tmp_path, wheel)

    answer = subprocess.run(
        [python, "-c", USE_IT, str(tmp_path / "data")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.returncode == 0, answer.stderr
    told = json.loads(answer.stdout.splitlines()[-1])
    assert told["from"].startswith(str(tmp_path))
    assert told["number"].startswith("運準-R")
    assert told["open"] == ["register_plan"]


def build(folder: Path) -> Path:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "dist")],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    [wheel] = (folder / "dist").glob("*.whl")
    return wheel


def empty_environment(folder: Path, wheel: Path) -> Path:
    """A new environment that holds the locked libraries and the wheel; not this checkout."""
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / "bin" / "python"
    pip = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    lock = str(ROOT / "requirements.lock")
    subprocess.run([*pip, "--require-hashes", "-r", lock], check=True, capture_output=True)
    subprocess.run([*pip, "--no-deps", str(wheel)], check=True, capture_output=True)
    return python
