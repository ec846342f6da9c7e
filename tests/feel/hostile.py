"""Two hundred expressions that want too much, each in a child process that is measured.

`python -m tests.feel.hostile` prints a line of JSON for each: what it was, how it ended, CPU
seconds, and by how many megabytes the child's peak memory grew.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from engine.feel.errors import FeelError
from engine.feel.evaluation import DEFAULT_LIMITS
from engine.feel.expression import compile_expression
from tests.feel.language import make_evaluation, numbers

MEGABYTE = 1024  # what `ru_maxrss` counts in
ERROR, NULL, VALUE = "error", "null", "value"

LONG = 'string join(for i in 1..5000 return "aaaaaaaaaaaaaaaaaaaa")'
GROWING = "{{d: function(s, n) if n = 0 then s else d({step}, n - 1), r: {use}}}.r"
RECURSIVE = "{{f: function(n) {body}, r: f({start})}}.r"


@dataclass(frozen=True, kw_only=True)
class Ending:
    """`how`: error (one of our own), null (with a note), or value; `said`: the sentence."""

    source: str
    how: str
    said: str
    seconds: float
    megabytes: float


def expressions() -> list[str]:
    """All of them, each once."""
    return list(dict.fromkeys(_all()))


def _all() -> Iterator[str]:
    yield from _nested()
    yield from _numbers()
    yield from _ranges()
    yield from _growing()
    yield from _recursive()
    yield from _patterns()
    yield from _texts()
    yield from _times()
    yield from _collections()
    yield from _python()


def _nested() -> Iterator[str]:
    """Deep or long texts."""
    for left, right in ("()", "[]", ("{a:", "}"), ("not(", ")"), ("a in (", ")"), ("[1..", "]")):
        for depth in (120, 600):
            yield left * depth + "1" + right * depth
    for part in ("-", "if ", "function() ", "[1..a[", "some x in ", "for x in ", "if a then ", "@"):
        yield part * 500 + "1"
    for part in (" + 1", ".a", "[1]", " and true", " = 1", " in 1", "(1)", " instance of number"):
        yield "a" + part * 480
    yield "[" + "1," * 1900 + "1]"
    yield "a" * 4001
    yield "{" + ",".join(f"k{i}: {i}" for i in range(500)) + "}"
    yield "/*" * 1500
    yield '"' * 3999


def _numbers() -> Iterator[str]:
    """Huge numbers, and as many digits as there can be."""
    yield from ("9 ** 9 ** 9", "10 ** (10 ** 9)", "1.0000001 ** 1e30", "(-2) ** 1e18", "0 ** -1")
    for digits in ("1e999999999", "1e6145", "9" * 3000, "0." + "0" * 2000 + "1"):
        yield digits
        yield f'number("{digits}")'
    yield from (
        "exp(1e300)",
        "exp(1e6)",
        "log(1e-6000)",
        "sqrt(1e6144)",
        "decimal(1 / 3, 1e300)",
        "round half up(5.5, -99999999999)",
        "round up(1e6000, 6000)",
        "modulo(1e6144, 1e-6000)",
        "string(1e6144)",
        "floor(1e-6143, -6111)",
        "product(for i in 1..9000 return 1e10)",
        "stddev(for i in 1..9000 return 1e300 * i)",
        "1 / 3 ** 5000",
    )


def _ranges() -> Iterator[str]:
    """Loops over more than anybody waits for."""
    for end in ("1000000000", "1e34", "9" * 30):
        yield f"for i in 1..{end} return i"
        yield f"some i in 1..{end} satisfies false"
        yield f"every i in 1..{end} satisfies true"
    yield "for i in 1..100 return for j in 1..100 return for k in 1..100 return 1"
    yield "for i in 1..1000, j in 1..1000 return 1"
    yield "for i in 1..2000 return partial"
    yield "for i in 1..3000 return concatenate(partial, partial)"
    yield 'for d in @"0001-01-01"..@"9999-12-31" return d'
    yield "some i in 1..9999, j in 1..9999 satisfies i + j = 0"
    yield "count(for i in 1..9999 return [1..9999])"
    yield "sum(for i in 1..9999 return sum(for j in 1..9999 return j))"


def _growing() -> Iterator[str]:
    """Texts, lists and contexts that double at each step."""
    for step, use in (
        ("s + s", 'd("aaaaaaaaaa", 50)'),
        ("concatenate(s, s)", "d([1], 50)"),
        ("[s, s]", "string(d([1], 40))"),
        ("[s, s]", "d([1], 40) = d([1], 40)"),
        ("[s, s]", "flatten(d([1], 40))"),
        ("[s, s]", "distinct values([d([1], 40), d([1], 40)])"),
        ("[s, s]", "list contains([d([1], 40)], d([1], 40))"),
        ("[s, s]", "index of([d([1], 40)], d([1], 40))"),
        ("[s, s]", "union([d([1], 40)], [d([1], 40)])"),
        ("{a: s, b: s}", "string(d(1, 40))"),
        ("{a: s, b: s}", "d(1, 40) = d(1, 40)"),
        ('replace(s, "a", "aa")', 'd("aaaaa", 60)'),
        ("append(s, s, s)", "flatten(d([1], 60))"),
        ("context merge([s, {a: s}])", "string(d({b: 1}, 80))"),
        ("s ** 2", "d(10, 60)"),
        ("s * s", "d(1e100, 90)"),
        ('string join([s, s], ",")', 'd("aaaa", 60)'),
        ("insert before(s, 1, s)", "string(d([1], 60))"),
    ):
        yield GROWING.format(step=step, use=use)


def _recursive() -> Iterator[str]:
    """Functions that never come to an end."""
    for body in (
        "f(n + 1)",
        "1 + f(n)",
        "[f(n)]",
        "{a: f(n)}",
        "f(f(n))",
        "if f(n) then 1 else 2",
        "[1][f(n) = 1]",
        "some x in [1] satisfies f(x)",
        "every x in [1, 2] satisfies f(x)",
        "for x in [1, 2] return f(x)",
        "sort([2, 1], function(a, b) f(a))",
        "f(n: n + 1)",
        "n in (f(n))",
        "f(n) between 1 and 2",
        "list replace([1], function(a, b) f(a), 1)",
        "string(f(n))",
        "-f(n)",
        "f(n) and f(n)",
        "f(n).a.b",
        "[f(n)..9]",
    ):
        yield RECURSIVE.format(body=body, start=1)
    yield RECURSIVE.format(body="if n = 0 then 1 else f(n - 1) + f(n - 1)", start=30)
    yield RECURSIVE.format(body="if n = 0 then [] else concatenate(f(n - 1), f(n - 1))", start=40)
    yield "(function(f) f(f))(function(f) f(f))"
    yield "(function(f) f(f)(f))(function(f) f(f))"
    yield "{f: function(n) g(n), g: function(n) f(n), r: f(1)}.r"


def _patterns() -> Iterator[str]:
    """Regular expressions that make others hang."""
    for pattern in (
        "^(a+)+$",
        "(a|aa)+b",
        "(a*)*b",
        "(a|a)*b",
        "(.*a){25}b",
        "(a?){900}a{900}b",
        "((((a{1000}){1000}){1000}))",
        "a{1,1000}{1,1000}",
        "(x+x+)+y",
        "([a-z]+)*[0-9]",
        "\\p{IsGreek}" * 200,
        "[a-z-[aeiou]]" * 200,
        "(" * 300 + "a" + ")" * 300,
        "(a)\\1",
        "(?=a+)b",
    ):
        written = pattern.replace("\\", "\\\\")
        yield f'matches({LONG}, "{written}")'
        yield f'replace({LONG}, "{written}", "$0$0")'
    yield f'split({LONG}, "a")'
    yield f'replace({LONG}, "a", "bbbbbbbbbb")'
    yield f'split({LONG}, "(a|b|c|d)?e")'


def _texts() -> Iterator[str]:
    """Texts that grow in other ways."""
    yield f"upper case({LONG.replace('a' * 20, 'ß' * 20)})"
    yield f"for i in 1..9999 return {LONG}"
    yield f"for i in 1..2000 return substring({LONG}, i)"
    yield f"[{', '.join([LONG] * 20)}]"
    yield "string(for i in 1..9999 return {a: i, b: [i, i, i]})"
    yield f'for i in 1..9999 return contains({LONG}, "{"a" * 500}b")'
    yield f"for i in 1..9999 return string length({LONG})"


def _times() -> Iterator[str]:
    """Days and spans at the ends of time."""
    yield from (
        'duration("P1D") * 1e300',
        '@"P999999999M" * 1e300',
        'date("2026-01-01") + duration("P99999999Y")',
        'date("9999-12-31") + duration("P1D")',
        'duration("P99999999999999999999D")',
        'duration("PT" + string join(for i in 1..900 return "9") + "S")',
        'add working days(@"2026-04-01", 1e9)',
        'working days between(@"0001-01-01", @"9999-12-31")',
        'for i in 1..9999 return add working days(@"2026-04-01", 1000)',
        "nth working day(1e30, 13, 99)",
        'years and months duration(@"0001-01-01", @"9999-12-31")',
        'time("10:00:00@../../etc/passwd")',
        "date(99999999999, 1, 1)",
        "week of year(date(1, 1, 1))",
    )


def _collections() -> Iterator[str]:
    """Work on lists that grows with the square of their length, or faster."""
    numbers = "for i in 1..3000 return"
    yield f"distinct values({numbers} [i])"
    yield f"union({numbers} [i], {numbers} [i])"
    yield f"index of({numbers} {{a: i}}, {{a: 0}})"
    yield "sort(for i in 1..9999 return i, function(x, y) true)"
    yield "sort(for i in 1..9999 return i, function(x, y) count(for j in 1..100 return j) > 0)"
    yield "sort(for i in 1..9999 return [i], function(x, y) x[1] > y[1])"
    yield "mode(for i in 1..9999 return i)"
    yield "median(for i in 1..9999 return i)"
    yield "(for i in 1..9999 return i)[some x in 1..9999 satisfies x = item]"
    yield "get entries(context(for i in 1..9000 return {key: string(i), value: i}))"
    yield f"concatenate({', '.join(['for i in 1..9999 return i'] * 20)})"
    yield "remove(for i in 1..9999 return i, 1e30)"
    yield "list contains(for i in 1..9999 return (for j in 1..99 return j), 1)"
    yield "every x in (for i in 1..9999 return i), y in (for i in 1..9999 return i) satisfies x < y"
    yield 'for x in (for i in 1..5000 return {a: i}) return context put(x, "b", x)'


def _python() -> Iterator[str]:
    """What was tried against evaluators that are Python underneath."""
    yield from (
        '"a" * 10 ** 10',
        "[0] * 10 ** 10",
        "sum(range(10 ** 9))",
        '"a".rjust(10 ** 10)',
        "1 << 10 ** 10",
        '"%9999999999d" % 1',
        'f"{1:9999999999}"',
        "while true: pass",
        "[x for x in range(10 ** 9)]",
        "().__class__.__base__.__subclasses__()",
        "[].__class__.__base__.__subclasses__()",
        '__import__("os").system("sleep 9")',
        'eval("9 ** 9 ** 9")',
        "(function(x) x).__globals__",
        "{a: a, b: b, c: c}.c.c.c",
        "{a: {a: a}}.a.a.a",
        "items.append(items)",
        'open("/dev/zero").read()',
        "lambda: 1",
        "\x00",
    )


def measure(source: str) -> Ending:
    """Evaluate in a child of this process, whose peak memory is its own."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        with os.fdopen(writer, "w") as out:
            out.write(json.dumps(_ended(source)))
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as answers:
        answer = answers.read()
    os.waitpid(child, 0)
    found = json.loads(answer)
    return Ending(source=source, **found)


def _ended(source: str) -> dict[str, str | float]:
    before, start = _peak(), time.process_time()
    try:
        how, said = _value(source)
    except FeelError as error:
        how, said = ERROR, str(error)
    except BaseException as error:  # noqa: BLE001 - anything else is what must never happen
        how, said = type(error).__name__, str(error)
    seconds = time.process_time() - start
    return {
        "how": how,
        "said": said,
        "seconds": seconds,
        "megabytes": (_peak() - before) / MEGABYTE,
    }


def _value(source: str) -> tuple[str, str]:
    evaluation = make_evaluation(DEFAULT_LIMITS)
    value = compile_expression(source).evaluate({"items": numbers(1, 2, 3)}, evaluation)
    if value is not None:
        return VALUE, ""
    return NULL, evaluation.notes[0].message if evaluation.notes else ""


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> None:
    _value("1 + 1")  # what is imported on first use is not what is measured
    for source in expressions():
        sys.stdout.write(json.dumps(asdict(measure(source)), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
