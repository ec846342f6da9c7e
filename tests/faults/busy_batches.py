"""A process that works on batches and nothing else until it is killed.

python -m tests.faults.busy_batches FOLDER DATABASE_URL
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from engine import testing


def work(office: testing.TestOffice) -> None:
    office.engine.worker.take_over()
    while True:
        if not office.engine.worker.batches.run_one():
            time.sleep(0.01)


if __name__ == "__main__":
    with testing.office(Path(sys.argv[1]), sys.argv[2]) as made:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        work(made)
