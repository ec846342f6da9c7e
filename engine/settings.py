"""Where do things lie, and how does this installation differ from the default?

`config/default.toml` holds every setting; `config/site.toml` and environment variables override it.
All mistakes are told at once.
"""

from __future__ import annotations

import os
import secrets
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from engine.domain.errors import Finding, RefusedError

ENGINE = Path(__file__).parent


def _shipped(name: str) -> Path:
    bundled = ENGINE / "_bundled" / name
    return bundled if bundled.is_dir() else ENGINE.parent / name


def models_dir() -> Path:
    """The shipped models: inside the installed wheel, else `bpmn/` of the checkout."""
    return _shipped("bpmn")


def config_dir() -> Path:
    """The shipped configuration: inside the installed wheel, else `config/` of the checkout."""
    return _shipped("config")


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Database(Section):
    url: str = ""


class Server(Section):
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    threads: Annotated[int, Field(ge=1, le=256)] = 8
    upload_megabytes: Annotated[int, Field(ge=1, le=2000)] = 20
    proxies: Annotated[int, Field(ge=0, le=10)] = 0
    https: bool = False
    public_url: Annotated[str, Field(pattern=r"^(https?://[^/\s]+(/\S*)?)?$")] = ""


class Session(Section):
    minutes: Annotated[int, Field(ge=5)] = 60
    hours: Annotated[int, Field(ge=1)] = 12


class SignIn(Section):
    failures: Annotated[int, Field(ge=1)] = 5
    failures_from_address: Annotated[int, Field(ge=1)] = 50
    window_minutes: Annotated[int, Field(ge=1)] = 15


class Mail(Section):
    host: str = ""
    port: Annotated[int, Field(ge=1, le=65535)] = 25
    sender: str = "unei@localhost"
    user: str = ""
    password: str = ""
    starttls: bool = False
    ca_file: str = ""
    attempts: Annotated[int, Field(ge=1)] = 10


class Messages(Section):
    valid_days: Annotated[int, Field(ge=1)] = 30
    overdue_working_days: Annotated[int, Field(ge=0)] = 1
    information_only: tuple[str, ...] = ()


class ReminderStep(Section):
    days: Annotated[int, Field(ge=-250, le=250)]
    to: Annotated[tuple[str, ...], Field(min_length=1)]


class Reminders(Section):
    time: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "09:00"
    reminded_by_model: tuple[str, ...] = ()
    step: tuple[ReminderStep, ...] = ()


class Jobs(Section):
    attempts: Annotated[int, Field(ge=1)] = 5
    first_pause_seconds: Annotated[float, Field(gt=0)] = 2


class Cache(Section):
    live_instances: Annotated[int, Field(ge=0)] = 2000


class Tasks(Section):
    undo_minutes: Annotated[int, Field(ge=0, le=1440)] = 10


class Files(Section):
    draft_days: Annotated[int, Field(ge=1)] = 7


class Expressions(Section):
    seconds: Annotated[float, Field(gt=0, le=60)] = 0.5
    steps: Annotated[int, Field(ge=1_000)] = 200_000


class Settings(BaseSettings):
    """All settings of one installation.  `process` is what expressions see as 設定."""

    model_config = SettingsConfigDict(
        env_prefix="UNEI_", env_nested_delimiter="__", extra="forbid", frozen=True
    )

    data_dir: Path = Path("data")
    log_level: Literal["debug", "info", "warning", "error"] = "warning"
    database: Database = Database()
    server: Server = Server()
    session: Session = Session()
    sign_in: SignIn = SignIn()
    mail: Mail = Mail()
    messages: Messages = Messages()
    reminders: Reminders = Reminders()
    jobs: Jobs = Jobs()
    cache: Cache = Cache()
    tasks: Tasks = Tasks()
    files: Files = Files()
    expressions: Expressions = Expressions()
    process: dict[str, Any] = {}

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings

    @property
    def database_url(self) -> str:
        return self.database.url or f"sqlite:///{(self.data_dir / 'unei.sqlite').resolve()}"


def read_settings(folder: Path | None = None) -> Settings:
    """The settings of this installation.  `folder`: where `default.toml` and `site.toml` lie.

    Raises:
        RefusedError: one finding for each mistake, or for a file that cannot be read.
    """
    folder = folder or config_dir()
    values: dict[str, Any] = {}
    for name in ("default.toml", "site.toml"):
        if name == "default.toml" or (folder / name).exists():
            values = _merged(values, _read(folder / name))
    try:
        return Settings(**values)
    except ValidationError as error:
        raise RefusedError([_finding(found) for found in error.errors()]) from error
    except SettingsError as error:
        text = f"環境変数の値を読めません（{error}）。"
        raise RefusedError([Finding(code="setting", message=text)]) from error


def default_settings() -> Settings:
    """The shipped defaults alone, for tests: what is written in this installation does not count.

    Raises: as `read_settings`.
    """
    return Settings(**_read(config_dir() / "default.toml"))


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        text = f"設定ファイル「{path.name}」を開けません（{error.strerror}）。"
        raise RefusedError([Finding(code="setting", message=text, file=path.name)]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        text = f"設定ファイル「{path.name}」をTOMLとして読めません（{error}）。"
        raise RefusedError([Finding(code="setting", message=text, file=path.name)]) from error


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    made = dict(base)
    for key, value in over.items():
        old = made.get(key)
        if isinstance(old, Mapping) and isinstance(value, Mapping):
            made[key] = _merged(old, value)
        else:
            made[key] = value
    return made


_SENTENCES = {
    "extra_forbidden": "という設定はありません。綴りを確かめます。",
    "int_parsing": "は整数で書きます。",
    "int_type": "は整数で書きます。",
    "int_from_float": "は整数で書きます。",
    "float_parsing": "は数で書きます。",
    "float_type": "は数で書きます。",
    "bool_parsing": "は true か false で書きます。",
    "bool_type": "は true か false で書きます。",
    "string_type": "は文字列で書きます。",
    "literal_error": "は{expected}のどれかにします。",
    "path_type": "はフォルダの場所を文字列で書きます。",
    "tuple_type": "は一覧 [ ... ] で書きます。",
    "dict_type": "は表（[名前] の下）で書きます。",
    "model_type": "は表（[名前] の下）で書きます。",
    "string_pattern_mismatch": "の書き方が正しくありません。",
    "missing": "を書きます。",
    "too_short": "は1つ以上書きます。",
    "greater_than": "は{gt}より大きい値にします。",
    "greater_than_equal": "は{ge}以上にします。",
    "less_than_equal": "は{le}以下にします。",
}


def _finding(error: Any) -> Finding:
    place = ".".join(map(str, error["loc"]))
    sentence = _SENTENCES.get(error["type"], "の値が正しくありません（{msg}）。")
    sentence = sentence.format(**{"msg": error["msg"], **error.get("ctx", {})})
    has_none = error["type"] in ("extra_forbidden", "missing")
    given = "" if has_none else f"（今の値: {error['input']!r}）"
    if "password" in place:
        given = ""
    return Finding(code="setting", message=f"設定「{place}」{sentence}{given}", element_id=place)


def secret(settings: Settings, name: str) -> bytes:
    """A random key of this installation, made on first use and readable by its owner only."""
    path = settings.data_dir / "secrets" / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        own = path.with_name(f".{name}.{secrets.token_hex(8)}")
        own.touch(mode=0o600)
        own.write_bytes(secrets.token_bytes(32))
        with suppress(FileExistsError):  # another process may make it at the same moment
            os.link(own, path)
        own.unlink()
    return path.read_bytes()
