"""Files and folders that are the old one or the new one, whatever happens meanwhile: a kill, a full disk, a power cut.

A draft is written beside the target, brought to the disk, and takes its place in one step of the file system. A kill
leaves at most the draft, whose name begins with ``.aiact-`` and ends in ``.draft``; nothing reads it.
"""

from __future__ import annotations

import ctypes
import os
import secrets
import shutil
import sys
from pathlib import Path

DRAFT = ".draft"
# Linux and macOS can exchange two names in one step: where, the name of the call, the current folder, the flag.
EXCHANGE = {"linux": ("renameat2", -100, 2), "darwin": ("renameatx_np", -2, 2)}


def write(path: Path, data: bytes) -> None:
    """Writes a file, which keeps the permissions it had. Raises ``OSError``; then the old file, or none, is there."""
    draft = beside(path)
    try:
        with draft.open("xb") as file:
            if hasattr(os, "fchmod") and path.is_file():
                os.fchmod(file.fileno(), path.stat().st_mode & 0o777)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    settle(path.parent)


def put_folder(draft: Path, target: Path) -> None:
    """Puts a folder into the place of another, or of none, and takes the old one away. Raises ``OSError``.

    Where the system cannot exchange two folders, a kill between two steps leaves the old one under its draft's name.
    """
    if not target.exists():
        os.rename(draft, target)
    elif exchange(draft, target):
        settle(target.parent)
        shutil.rmtree(draft)
        return
    else:
        old = beside(target)
        os.rename(target, old)
        try:
            os.rename(draft, target)
        except OSError:
            os.rename(old, target)
            raise
        shutil.rmtree(old)
    settle(target.parent)


def exchange(one: Path, other: Path) -> bool:
    """Whether two names were exchanged in one step; where the system or the disk cannot do it, nothing has changed."""
    name, here, flag = EXCHANGE.get(sys.platform, ("", 0, 0))
    try:
        call = getattr(ctypes.CDLL(None, use_errno=True), name)
    except (AttributeError, OSError, TypeError, ValueError):
        return False
    return call(here, os.fsencode(one), here, os.fsencode(other), ctypes.c_uint(flag)) == 0


def beside(path: Path) -> Path:
    """A name for a draft that nobody else can know, in the folder of what it will replace."""
    return path.with_name(f".aiact-{secrets.token_hex(8)}{DRAFT}")


def settle(path: Path) -> None:
    """Brings a file, or the names in a folder, to the disk, where the system can."""
    try:
        at = os.open(path, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(at)
    except OSError:  # some file systems cannot; their names are safe with the next write of the disk
        pass
    finally:
        os.close(at)
