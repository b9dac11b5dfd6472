"""What is kept to save time: files in the user's cache folder, each with its own hash, so that damage is noticed.

Nothing depends on them. What is absent, damaged or cannot be written is made again, at the cost of time.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

SEAL = 32  # bytes of the hash at the beginning


def folder() -> Path:
    """``aiact`` in ``XDG_CACHE_HOME``, or else in the cache folder of the user."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "aiact"


def kept(path: Path) -> memoryview | None:
    """What was kept in a file, byte for byte; None if it is absent, damaged, or not of ours."""
    try:
        data = memoryview(path.read_bytes())
    except OSError:
        return None
    return data[SEAL:] if data[:SEAL] == hashlib.sha256(data[SEAL:]).digest() else None


def keep(path: Path, data: bytes) -> None:
    """Keeps something, whole or not at all."""
    from . import atomic

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic.write(path, hashlib.sha256(data).digest() + data)
    except OSError:
        pass
