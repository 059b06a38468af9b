"""Scan bytes with the engine under test."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from occ_media_cli.media import recognise
from occ_media_cli.safety import antivirus
from occ_media_cli.safety.antivirus import Asked, Scanned
from tests.clamd import Clamd, in_memory


def now() -> int:
    return int(time.time() * 1000)


def recognised(fd: int, name: str) -> Asked:
    """An open file with the type that the program sees in it."""
    size = os.fstat(fd).st_size
    return Asked(fd, size, recognise.recognise(fd, size, name).type, name)


def scan_all(clamd: Clamd, files: Mapping[str, bytes], **options: Any) -> dict[str, Scanned]:
    """The verdict on each of these files, by name."""
    asked = [recognised(in_memory(content), name) for name, content in files.items()]
    return scan_asked(clamd, asked, **options)


def scan_asked(clamd: Clamd, asked: Iterable[Asked], **options: Any) -> dict[str, Scanned]:
    chosen: dict[str, Any] = {"signatures": str(clamd.signatures), "now": now(), **options}
    found = {}
    with antivirus.session(clamd.address, **chosen) as engine:
        asked = list(asked)
        for verdict in engine.scan(asked):
            found[verdict.tag] = verdict
    for each in asked:
        os.close(each.fd)
    return found


def scan_one(clamd: Clamd, content: bytes, name: str = "file", **options: Any) -> Scanned:
    return scan_all(clamd, {name: content}, **options)[name]


def scan_folder(clamd: Clamd, folder: Path) -> dict[str, Scanned]:
    """The verdict on each file of a folder."""
    asked = [recognised(os.open(path, os.O_RDONLY), path.name) for path in sorted(folder.iterdir()) if path.is_file()]
    return scan_asked(clamd, asked)
