"""A process that works without a pause until it is killed: starts, completions, jobs.

python -m tests.faults.busy FOLDER DATABASE_URL
"""

from __future__ import annotations

import sys
from pathlib import Path

from engine import testing


def work(office: testing.TestOffice) -> None:
    office.engine.worker.take_over()
    while True:
        office.start("echoes")
        for element_id in ("first", "second"):
            for task in [t for t in office.open_tasks() if t.element_id == element_id]:
                office.complete(element_id, {"印": task.id})


if __name__ == "__main__":
    with testing.office(Path(sys.argv[1]), sys.argv[2]) as made:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        work(made)
