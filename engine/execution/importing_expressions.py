"""What is an expression of another tool in FEEL, if its meaning is certain?"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from engine.execution.importing_juel import Feel, translated
from engine.execution.importing_tokens import DIALECTS, JUEL, Dialect, UnclearError
from engine.feel.errors import FeelSyntaxError
from engine.feel.expression import Expression, compile_expression

_PLACEHOLDER: Final = re.compile(r"[$#]\{([^{}]*)\}", re.DOTALL)
_TEXT: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_RETURN: Final = re.compile(r"^return\b\s*(.*?);?$", re.DOTALL)
_SET: Final = re.compile(
    r"(?:execution|kcontext)\.setVariable\(\s*([\"'])([^\"'\\]+)\1\s*,(.*)\)$", re.DOTALL
)
COUNTS: Final = {
    "nrOfCompletedInstances": "done",
    "nrOfInstances": "total",
    "numberOfCompletedInstances": "done",
    "numberOfInstances": "total",
}


@dataclass(frozen=True, kw_only=True)
class Language:
    """How one file writes expressions: `is_feel` marks them with `=`, else `${...}` does.

    `names`: what some variables are called here.
    """

    is_feel: bool
    names: Mapping[str, str]

    def value(self, source: str) -> str | None:
        """An expression or, without a mark, the text itself, in FEEL; None if not certain."""
        if not self.is_marked(source):
            return quoted(source)
        return self.expression(source)

    def is_marked(self, source: str) -> bool:
        if self.is_feel:
            return source.lstrip().startswith("=")
        return "${" in source or "#{" in source

    def expression(self, source: str, more: Mapping[str, str] | None = None) -> str | None:
        """A marked expression in FEEL; None if it is not certain what it says."""
        names = {**self.names, **(more or {})}
        if self.is_feel:
            return feel(source, names)
        return _juel(source, names, condition=False)

    def condition(self, source: str, more: Mapping[str, str] | None = None) -> str | None:
        """A marked condition in FEEL."""
        names = {**self.names, **(more or {})}
        if self.is_feel:
            return feel(source, names)
        return _juel(source, names, condition=True)

    def script_condition(
        self, source: str, language: str, more: Mapping[str, str] | None = None
    ) -> str | None:
        """A condition in a script language: one expression, or `return` with one."""
        dialect = dialect_of(language)
        found = _RETURN.match(source.strip())
        if dialect is None or (found is None and dialect.name == "Java"):
            return None
        names = {**self.names, **(more or {})}
        return _script(found[1] if found else source, dialect, names, condition=True)

    def assignments(self, source: str, language: str, result: str = "") -> list[str] | None:
        """The lines `name = expression` of a script that only sets variables.

        `result`: the variable that takes the value of the whole script.
        """
        dialect = dialect_of(language)
        if dialect is None:
            return None
        made: list[str] = []
        for statement in _statements(source):
            found = _SET.match(statement)
            name, value = (found[2], found[3]) if found else (result, statement)
            written = _script(value, dialect, self.names, condition=False)
            if written is None or not is_variable(name) or (not found and made):
                return None
            made.append(f"{name} = {written}")
            result = result if found else ""
        return None if result and len(made) != 1 else made or None


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def feel(source: str, names: Mapping[str, str] | None = None) -> str | None:
    """FEEL of another engine: the same text, if ours reads it and knows its functions."""
    text = source.strip()
    text = text[1:].strip() if text.startswith("=") else text
    for old, new in (names or {}).items():
        if re.search(rf"\b{re.escape(old)}\b", text):
            if re.search(rf"\b{re.escape(old)}\b", " ".join(_TEXT.findall(text))):
                return None
            text = re.sub(rf"\b{re.escape(old)}\b", new, text)
    found = compiled(text)
    return None if found is None or _calls_unknown(text, found.names) else text


def _calls_unknown(text: str, free: frozenset[str]) -> bool:
    """Whether a free name is called: a variable never holds a function."""
    shown = _TEXT.sub('""', text)
    return any(re.search(rf"(?<![\w.]){re.escape(name)}\s*\(", shown) for name in free)


def compiled(text: str) -> Expression | None:
    try:
        return compile_expression(text)
    except FeelSyntaxError:
        return None


def is_variable(name: str) -> bool:
    """Whether FEEL takes the word for a variable, not for one of its functions or signs."""
    found = compiled(name) if name.isidentifier() else None
    return found is not None and found.names == {name}


def dialect_of(language: str) -> Dialect | None:
    """The script language of that name or address, if it is one whose simple parts are known."""
    word = language.strip().lower().rstrip("/").rpartition("/")[2]
    if "mvel" in language.lower():
        return DIALECTS["mvel"]
    return DIALECTS.get(word)


def _juel(source: str, names: Mapping[str, str], *, condition: bool) -> str | None:
    whole = _PLACEHOLDER.fullmatch(source.strip())
    return None if whole is None else _script(whole[1], JUEL, names, condition=condition)


def _script(
    source: str, dialect: Dialect, names: Mapping[str, str], *, condition: bool
) -> str | None:
    try:
        made = translated(source.strip(), dialect, names, condition=condition)
    except UnclearError:
        return None
    return made.text if _reads_the_same(made) else None


def _reads_the_same(made: Feel) -> bool:
    """Whether ours takes the text for what was meant: no word of it is a word of FEEL."""
    found = compiled(made.text)
    return found is not None and found.names == made.names


def _statements(source: str) -> list[str]:
    """The statements of a script, one per line or semicolon; those of texts are not cut."""
    pieces = re.split(r"(\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')", source)
    marked = [
        one if n % 2 else re.sub(r"//[^\n]*", "", one).replace(";", "\n")
        for n, one in enumerate(pieces)
    ]
    return [line.strip() for line in "".join(marked).splitlines() if line.strip()]
