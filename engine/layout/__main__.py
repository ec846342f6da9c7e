"""`python -m engine.layout FILE...` gives each file its diagram, in place."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from engine.layout.drawing import laid_out


def main() -> int:
    parser = argparse.ArgumentParser(prog="engine.layout", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 if a diagram is out of date"
    )
    arguments = parser.parse_args()
    stale = []
    for path in arguments.files:
        before = path.read_text(encoding="utf-8")
        after = laid_out(before)
        if after != before:
            stale.append(path)
            if not arguments.check:
                path.write_text(after, encoding="utf-8")
    for path in stale:
        sys.stdout.write(f"{'out of date' if arguments.check else 'drawn'}: {path}\n")
    return 1 if arguments.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
