"""試す: all sandboxes of an office, in which drafts are tried before anybody depends on them."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from threading import Event, Lock, Thread
from typing import IO

from engine import sandbox
from engine.bootstrap import Engine
from engine.domain.access import Actor, may_use_sandbox
from engine.domain.errors import ConflictError, NotFoundError
from engine.execution.bundle import DECISIONS
from engine.execution.interfaces import called_by
from engine.sandbox import Sandbox, Trial, held
from engine.services import studio
from engine.services.unit import Unit
from engine.storage import definitions

UNUSED = timedelta(hours=2)  # then a sandbox is thrown away
IDLE = timedelta(minutes=10)  # then a process closes it
EVERY = timedelta(minutes=10)  # a server looks for unused ones
MOST, MOST_OF_ONE = 10, 3


class SandboxOverError(NotFoundError):
    """It has been thrown away, or it is somebody else's."""

    code = "sandbox_over"

    def __init__(self, id_: str) -> None:
        super().__init__("sandbox", id_)


class TooManySandboxesError(ConflictError):
    """`is_own`: one person has as many as one may have; else the whole office has."""

    code = "too_many_sandboxes"

    def __init__(self, *, is_own: bool) -> None:
        super().__init__("too many sandboxes")
        self.is_own = is_own


@dataclass(frozen=True, kw_only=True)
class _Models:
    """What is put into service in a sandbox; `version` 0: the draft."""

    key: str
    name: str
    version: int
    folders: dict[str, dict[str, bytes]]


class Sandboxes:
    """The sandboxes in the data directory of an office."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._folder = engine.settings.data_dir / "sandboxes"
        self._opened: dict[str, tuple[Sandbox, datetime]] = {}
        self._opening = Lock()
        self._presence: IO[str] | None = None
        self._closing = Event()
        self._sweeper = Thread(target=self._keep_tidy, name="sandboxes", daemon=True)
        engine.at_close.append(self.close)

    def begin(self, key: str, actor: Actor) -> Trial:
        """A new sandbox of the draft, or of the newest version where there is none.

        Raises:
            MayNotEditModelsError; NotFoundError: no such process.
            RefusedError: the draft could not be put into service either; all its findings.
            TooManySandboxesError
        """
        models = self._engine.ask(_models, key, actor)
        with self._alone():
            self._sweep()
            self._check_room(actor)
            return self._make(models, actor)

    def of(self, actor: Actor) -> list[Trial]:
        """Those the actor has made, newest first."""
        self.sweep()
        mine = [one for one in self._trials() if may_use_sandbox(actor, one.maker)]
        return sorted(mine, key=lambda one: one.made_at, reverse=True)

    def open(self, id_: str, actor: Actor) -> Sandbox:
        """Go on with one.

        Raises:
            SandboxOverError
        """
        trial = self._trial(id_, actor)
        now = self._engine.now()
        self._use(id_, now)
        with self._opening:
            self._close_idle(now)
            found, _used = self._opened.get(id_, (None, now))
            if found is None:
                found = self._opened_again(trial)
            self._opened[id_] = (found, now)
        return found

    def end(self, id_: str, actor: Actor) -> Trial:
        """Throw it away; what it was.

        Raises:
            SandboxOverError
        """
        trial = self._trial(id_, actor)
        with self._alone():
            self._remove(id_)
        return trial

    def sweep(self) -> None:
        """Throw away what nobody has used for two hours."""
        with self._alone():
            self._sweep()

    def serve(self) -> None:
        """A server begins: throw away what is left of earlier ones, and later what nobody uses.

        Nothing is thrown away at once while another server works in the same data directory.
        """
        with self._alone():
            presence = self._presence = (self._folder / ".servers").open("a")
            with suppress(BlockingIOError):
                fcntl.flock(presence, fcntl.LOCK_EX | fcntl.LOCK_NB)
                for folder in self._folders():
                    self._remove(folder.name)
            fcntl.flock(presence, fcntl.LOCK_SH)
        self._sweeper.start()

    def _keep_tidy(self) -> None:
        while not self._closing.wait(EVERY.total_seconds()):
            self.sweep()

    def close(self) -> None:
        """Close what is open in this process; the folders stay."""
        self._closing.set()
        if self._presence is not None:
            self._presence.close()
        with self._opening:
            for opened, _used in self._opened.values():
                opened.close()
            self._opened.clear()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        with held(self._folder / ".lock"):
            yield

    def _folders(self) -> list[Path]:
        return [path for path in self._folder.glob("*") if path.is_dir()]

    def _trials(self) -> list[Trial]:
        return [found for one in self._folders() if (found := sandbox.read(one)) is not None]

    def _trial(self, id_: str, actor: Actor) -> Trial:
        known = {path.name for path in self._folders()}  # the id comes from an address
        found = sandbox.read(self._folder / id_) if id_ in known else None
        if found is None or not may_use_sandbox(actor, found.maker):
            raise SandboxOverError(id_)
        return found

    def _check_room(self, actor: Actor) -> None:
        known = self._trials()
        if sum(one.maker == actor.user_id for one in known) >= MOST_OF_ONE:
            raise TooManySandboxesError(is_own=True)
        if len(known) >= MOST:
            raise TooManySandboxesError(is_own=False)

    def _make(self, models: _Models, actor: Actor) -> Trial:
        now = self._engine.now()
        trial = Trial(
            id=token_hex(8),
            maker=actor.user_id,
            key=models.key,
            name=models.name,
            version=models.version,
            made_at=now.replace(second=0, microsecond=0),
        )
        folder = self._folder / trial.id
        settings = sandbox.settings_of(self._engine.settings, folder)
        try:
            made = sandbox.make(folder, trial, models.folders, settings)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        self._use(trial.id, now)
        return made

    def _opened_again(self, trial: Trial) -> Sandbox:
        folder = self._folder / trial.id
        settings = sandbox.settings_of(self._engine.settings, folder)
        return sandbox.open_(folder, trial, settings)

    def _use(self, id_: str, now: datetime) -> None:
        with suppress(FileNotFoundError):  # thrown away this very moment
            os.utime(self._folder / id_ / sandbox.ABOUT, (now.timestamp(), now.timestamp()))

    def _close_idle(self, now: datetime) -> None:
        for id_, (opened, used) in list(self._opened.items()):
            if now - used > IDLE or not (self._folder / id_).exists():
                opened.close()
                del self._opened[id_]

    def _sweep(self) -> None:
        oldest = (self._engine.now() - UNUSED).timestamp()
        for folder in self._folders():
            about = folder / sandbox.ABOUT
            # one without is a leftover of a process that was killed: making one holds the lock
            if not about.exists() or about.stat().st_mtime < oldest:
                self._remove(folder.name)

    def _remove(self, id_: str) -> None:
        with self._opening:
            opened, _used = self._opened.pop(id_, (None, None))
            if opened is not None:
                opened.close()
        shutil.rmtree(self._folder / id_, ignore_errors=True)


def _models(unit: Unit, key: str, actor: Actor) -> _Models:
    """The draft with its decisions; of all else it calls and asks, what is in service."""
    draft = studio.draft_of(unit, key, actor)
    if draft is None:
        version, name, files = studio.newest(unit, key)
        own = {key: files}
    else:
        version, name, own = 0, draft.name, draft.folders()
    decisions = {
        f"{id_}.dmn": definitions.files(unit, found[0])[f"{id_}.dmn"]
        for id_, found in definitions.newest_decisions(unit).items()
    }
    folders = {**own, DECISIONS: {**decisions, **own.get(DECISIONS, {})}}
    if key in folders:
        folders.update(_called(unit, key, folders[key]))
    return _Models(key=key, name=name, version=version, folders=folders)


def _called(unit: Unit, key: str, files: dict[str, bytes]) -> dict[str, dict[str, bytes]]:
    """The newest versions of all processes that it calls, directly or not."""
    newest = {head.key: head.id for head in definitions.newest(unit)}
    found: dict[str, dict[str, bytes]] = {}
    wanted = called_by(key, files)
    while wanted:
        missing = (wanted & newest.keys()) - {key, *found}
        found.update({one: definitions.files(unit, newest[one]) for one in missing})
        wanted = frozenset().union(*(called_by(one, found[one]) for one in missing))
    return found
