"""Files written whole or not at all: beside their place first, then moved into it, so that nobody is left with half a page."""

from __future__ import annotations

import contextlib
import errno
import os
import re
from pathlib import Path

from devomodel.problems import DevomodelError

WHY = {
    errno.ENOSPC: "the disk is full. Make room, or name a folder on another disk",
    errno.EDQUOT: "your share of the disk is used up. Make room, or name a folder on another disk",
    errno.EFBIG: "a file may not be so large there. Name a folder on another disk",
    errno.EROFS: "the disk can only be read. Name a folder on another disk",
    errno.EACCES: "you may not write there. Name a folder of your own",
    errno.EPERM: "you may not write there. Name a folder of your own",
    errno.ENOTDIR: "a file stands where a folder is needed. Name another folder",
    errno.EEXIST: "a file stands where a folder is needed. Name another folder",
    errno.EISDIR: "a folder of that name stands in its place. Move it, or name another folder",
    errno.ENAMETOOLONG: "the name is too long. Name a folder with a shorter path",
}


def ready(folder: Path) -> Path:
    """A folder to write into, made where it is not there. Raises DevomodelError where it cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DevomodelError(f"{folder}: the folder cannot be made: {_why(error)}.") from None
    return folder


def write_whole(path: Path, text: str) -> Path:
    """A file in its place only once all of it is on the disk; what stood there before stands until then.

    Raises DevomodelError, and leaves nothing behind, where it cannot be written.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with beside.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise DevomodelError(f"{path}: the file cannot be written: {_why(error)}. Nothing was changed there.") from None
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
    return path


def stem_of(file: str) -> str:
    """The name of a page from its case file, safe on any disk and in any address.

    >>> stem_of("plans/Castle Donington.yaml"), stem_of("")
    ('Castle-Donington', 'residents')
    """
    name = Path(file.replace("\\", "/")).name
    stem = name[: -len(Path(name).suffix)] if Path(name).suffix else name
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", stem).strip("-.")[:80] or "residents"


def _why(error: OSError) -> str:
    return WHY.get(error.errno or 0, error.strerror or "it failed")
