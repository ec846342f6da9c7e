"""The folder of contents, each under its SHA-256."""

from __future__ import annotations

import hashlib
import os
import uuid
from pathlib import Path
from typing import IO

BLOCK = 1 << 20


def keep(folder: Path, stream: IO[bytes]) -> tuple[str, int]:
    """Keep the content; its SHA-256 and its size in bytes.

    It is durable on return.  Keeping the same content again changes nothing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stream.seek(0)
    own = folder / f".{uuid.uuid4().hex}"
    digest, count = hashlib.sha256(), 0
    try:
        with own.open("xb") as file:
            while block := stream.read(BLOCK):
                digest.update(block)
                count += len(block)
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        own.rename(folder / digest.hexdigest())
    except BaseException:
        own.unlink(missing_ok=True)
        raise
    _sync(folder)
    return digest.hexdigest(), count


def _sync(folder: Path) -> None:
    """Make the new name durable as well."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
