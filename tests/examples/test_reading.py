from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from engine.domain.errors import RefusedError
from engine.domain.values import TOKYO
from engine.example_files import examples_of, read_example

WHOLE = """
title = "計画が決裁される"
now = 2026-11-02T09:00:00

[start.values]
"件数" = 3
"率" = 0.1

[[step]]
task = "plan"

[expect]
end = "completed"
"""


def faults(text: str) -> list[str]:
    with pytest.raises(RefusedError) as refused:
        read_example(text.encode(), "examples/one.toml")
    assert {finding.file for finding in refused.value.findings} == {"examples/one.toml"}
    return [finding.message for finding in refused.value.findings]


def test_numbers_are_decimals_and_moments_are_those_of_tokyo() -> None:
    example = read_example(WHOLE.encode(), "examples/one.toml")

    assert example.start.values == {"件数": Decimal(3), "率": Decimal("0.1")}
    assert {type(value) for value in example.start.values.values()} == {Decimal}
    assert example.now == datetime(2026, 11, 2, 9, tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("title", "TOMLとして読めません（"),
        ("[expect]", "「title」を書きます。"),
        ('title = "a"', "「expect」を書きます。"),
        (WHOLE + 'ended = "x"', "「expect.ended」という項目はありません。綴りを確かめます。"),
        (WHOLE.replace('"plan"', "3"), "「step.1.task」の書き方が正しくありません。"),
        (
            WHOLE.replace('task = "plan"', 'task = "plan"\nmessage = "msg.a"'),
            "1番目の step に、task、message、wait のどれか1つだけを書きます。",
        ),
        (
            WHOLE.replace('task = "plan"', 'by = "pjmo1"'),
            "1番目の step に、task、message、wait のどれか1つだけを書きます。",
        ),
    ],
)
def test_a_fault_is_told_with_its_place(written: str, said: str) -> None:
    assert any(message.startswith(said) for message in faults(written))


def test_only_toml_files_of_their_folder_are_examples() -> None:
    files = {"a.bpmn": b"", "examples/b.toml": b"b", "examples/a.toml": b"a", "notes.toml": b""}

    assert examples_of(files) == {"examples/a.toml": b"a", "examples/b.toml": b"b"}
