"""libmagic, the other witness: which library, which version, one cookie for each thread.

The system's library comes first; where there is none, the one that a wheel brings is loaded by its path. The package
pylibmagic is not imported, because that changes ctypes and the environment of the whole program.
"""

from __future__ import annotations

import os
import threading
from functools import cache
from types import ModuleType
from typing import Any

from occ_media_cli.errors import PartMissing

_REGEX_MAX, _REGEX_BYTES = 5, 1024
_ENCODING_MAX, _ENCODING_BYTES = 7, 4096
_MIME_TYPE = 0x000010

_local = threading.local()


class LibmagicError(Exception):
    """libmagic could not read a file."""


@cache
def _library() -> tuple[ModuleType, str | None]:
    """python-magic over a library that is there, and the database to give it (None: the library's own)."""
    import ctypes

    library, database = _load_library(ctypes)
    if library is None:
        raise PartMissing(
            "libmagic is not on this machine; files cannot be recognised without it",
            hint="apt-get install libmagic1, or pip install pylibmagic",
        )
    return _python_magic(library), database


def _python_magic(library: Any) -> ModuleType:
    """python-magic over this library, without what its import does besides.

    Its loader searches with ldconfig and a compiler, and its module for compatibility loads two databases, from a place
    that the wheel's library does not have. Both cost more than a whole check; stand-ins take their place meanwhile, and
    that of two modules which it imports and never uses.
    """
    import sys

    if "magic" in sys.modules:
        return sys.modules["magic"]
    loader, compat = ModuleType("magic.loader"), ModuleType("magic.compat")
    loader.load_lib = lambda: library  # type: ignore[attr-defined] # a module made here has what is put into it
    for name in ("detect_from_filename", "detect_from_content", "detect_from_fobj", "open"):
        setattr(compat, name, None)
    stand_ins = {"magic.loader": loader, "magic.compat": compat}
    stand_ins |= {name: ModuleType(name) for name in ("logging", "ctypes.util") if name not in sys.modules}
    sys.modules.update(stand_ins)
    try:
        import magic
    finally:
        for name in stand_ins:
            sys.modules.pop(name, None)
    return magic


def _load_library(ctypes: Any) -> tuple[Any, str | None]:
    for name in ("libmagic.so.1", "libmagic.dylib", "libmagic.1.dylib"):
        try:
            return ctypes.CDLL(name), None
        except OSError:
            continue
    from importlib.util import find_spec
    from pathlib import Path

    # pylibmagic brings the library; so does python-magic-standalone, inside the package `magic` itself.
    for package in ("pylibmagic", "magic"):
        spec = find_spec(package)
        for folder in spec.submodule_search_locations or () if spec else ():
            for name in ("libmagic.so.1", "libmagic.dylib"):
                path = Path(folder) / name
                if path.exists():
                    return ctypes.CDLL(str(path)), str(path.with_name("magic.mgc"))
    return None, None


def version() -> str:
    """`5.44`. Raises PartMissing where there is no libmagic."""
    number = int(_library()[0].version())
    return f"{number // 100}.{number % 100:02d}"


def media_type(fd: int, whole: bytes | None = None) -> str:
    """The MIME type that libmagic sees in an open regular file; it reads from the descriptor, never a short buffer.

    whole: all bytes of the file, where they are in memory already; the answer is the same, without a second reading.
    Raises LibmagicError, PartMissing.
    """
    ask = getattr(_local, "ask", None)
    if ask is None:
        ask = _local.ask = _cookie()
    answer: str = ask(fd, whole)
    return answer


def _cookie() -> Any:
    """A function that asks a cookie of this thread."""
    magic, database = _library()
    cookie = magic.magic_open(_MIME_TYPE)
    magic.magic_load(cookie, database)
    for parameter, value in ((_REGEX_MAX, _REGEX_BYTES), (_ENCODING_MAX, _ENCODING_BYTES)):
        try:
            magic.magic_setparam(cookie, parameter, value)
        except (magic.MagicException, NotImplementedError):
            continue  # an older library without this limit gives the same answers, more slowly

    def ask(fd: int, whole: bytes | None) -> str:
        if whole is None:
            os.lseek(fd, 0, os.SEEK_SET)  # it reads on from where the descriptor stands: at its end, a file is empty
        try:
            answer: bytes = magic.magic_descriptor(cookie, fd) if whole is None else magic.magic_buffer(cookie, whole)
        except magic.MagicException as error:
            raise LibmagicError(str(error)) from error
        return answer.decode("ascii", "replace")

    return ask
