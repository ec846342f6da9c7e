"""What the files of a process are called, in its folder and in a draft."""

from __future__ import annotations

import re
from typing import Final

KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")  # of a process, a decision, an input form
FORM: Final = re.compile(r"[\w-]{1,245}\.form\.json")  # no file system holds longer names
LABELS: Final = re.compile(r"labels\.[a-z]{2}\.json")
BESIDES: Final = re.compile(r"examples/[\w.-]{1,245}\.toml|README(\.\w+)?\.md")  # no models
DIAGRAM: Final = re.compile(rf"{KEY.pattern}\.bpmn")
DECISION: Final = re.compile(rf"_decisions/{KEY.pattern}\.dmn")
