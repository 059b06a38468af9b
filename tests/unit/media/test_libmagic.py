"""The other witness is found, whatever the machine has."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

from occ_media_cli.media import libmagic
from tests.unit.media.build import VALID

HIDDEN = """
import ctypes, os, sys
real = ctypes.CDLL
class Hidden(real):
    def __init__(self, name, *rest, **more):
        if name and "/" not in name and "magic" in name:
            raise OSError(name)
        super().__init__(name, *rest, **more)
ctypes.CDLL = Hidden
from occ_media_cli.media import libmagic
descriptor = os.open(sys.argv[1], os.O_RDONLY)
print(libmagic.version(), libmagic.media_type(descriptor), "pylibmagic" in sys.modules)
"""


def test_the_version_is_told() -> None:
    whole, _, part = libmagic.version().partition(".")
    assert (whole, part.isdigit(), len(part)) == ("5", True, 2)


def test_without_a_system_library_that_of_the_wheel_is_taken(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(VALID["png"])
    done = subprocess.run(
        [sys.executable, "-c", HIDDEN, str(tmp_path / "a")], capture_output=True, text=True, check=True
    )
    assert done.stdout.split()[1:] == ["image/png", "False"]


def test_each_thread_asks_with_its_own_cookie(tmp_path: Path) -> None:
    (tmp_path / "png").write_bytes(VALID["png"])
    (tmp_path / "pdf").write_bytes(VALID["pdf"])
    answers: dict[str, set[str]] = {"png": set(), "pdf": set()}

    def ask(name: str) -> None:
        for _ in range(200):
            descriptor = os.open(tmp_path / name, os.O_RDONLY)
            answers[name].add(libmagic.media_type(descriptor))
            os.close(descriptor)

    threads = [threading.Thread(target=ask, args=(name,)) for name in answers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {"png": {"image/png"}, "pdf": {"application/pdf"}}


def test_a_file_that_was_read_to_its_end_is_not_empty(tmp_path: Path) -> None:
    """Guards against `application/x-empty` of what was hashed before: an attachment of a mail, a captured file."""
    (tmp_path / "a").write_bytes(VALID["png"])
    descriptor = os.open(tmp_path / "a", os.O_RDONLY)
    try:
        os.read(descriptor, 1_000_000)
        assert libmagic.media_type(descriptor) == "image/png"
    finally:
        os.close(descriptor)
