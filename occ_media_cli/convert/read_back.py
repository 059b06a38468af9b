"""Reading a copy back by a program that is not ours, to see whether others can open what a way has made."""

from __future__ import annotations

import os
from typing import BinaryIO

from occ_media_cli.convert.coding import CodedFile
from occ_media_cli.convert.coding_engines import find_engines
from occ_media_cli.convert.goal import CannotFit
from occ_media_cli.convert.streams import DEMUXERS

_PICTURES = {"jpg": "JPEG", "png": "PNG", "gif": "GIF", "webp": "WEBP"}
_OFFICE = frozenset(("docx", "xlsx", "pptx"))
_MOST_PART = 1 << 30


def read_back(fd: int, size: int, kind: str) -> str | None:
    """Why another reader cannot open a file of this type, to follow "another reader refuses it: "; None where it can.

    Pillow reads pictures, qpdf (through pikepdf) PDF, Python's zipfile packages, ffprobe or PyAV sound and film. A type
    that none of them is for, and a reader that is not installed, refuse nothing.
    """
    readers = {**dict.fromkeys(DEMUXERS, _streams), **dict.fromkeys(_PICTURES, _picture),
               **dict.fromkeys(_OFFICE, _package), "pdf": _pdf}  # fmt: skip
    reader = readers.get(kind)
    if reader is None or size == 0:
        return None
    with os.fdopen(os.dup(fd), "rb") as stream:
        stream.seek(0)
        try:
            return reader(stream, kind)
        except (ImportError, CannotFit):  # it is not installed
            return None
        except Exception as problem:  # noqa: BLE001  # whatever a reader stumbles over is its refusal
            return f"another reader refuses it: {str(problem)[:200] or type(problem).__name__}"


def _picture(stream: BinaryIO, kind: str) -> str | None:
    from PIL import Image

    with Image.open(stream) as picture:
        picture.load()
        if picture.format != _PICTURES[kind]:
            return f"another reader takes it for {picture.format}"
    return None


def _package(stream: BinaryIO, _: str) -> str | None:
    import zipfile

    with zipfile.ZipFile(stream) as package:
        if sum(each.file_size for each in package.infolist()) > _MOST_PART:
            return "another reader refuses it: it is too large unpacked"
        broken = package.testzip()
        if broken is not None:
            return f"another reader finds {broken} broken"
        package.getinfo("[Content_Types].xml")
    return None


def _pdf(stream: BinaryIO, _: str) -> str | None:
    import pikepdf

    with pikepdf.open(stream) as document:
        if not document.pages:
            return "another reader finds no page in it"
        for page in document.pages:
            page.get("/Contents")
    return None


def _streams(stream: BinaryIO, kind: str) -> str | None:
    """All packets of each stream are read, and none is to be without any."""
    file = CodedFile(stream.fileno(), DEMUXERS[kind])
    engine = find_engines()[0]
    clip = engine.probe_clip(file)
    indexes = [each.index for each in clip.sounds]
    if clip.picture is not None:
        indexes.append(clip.picture.index)
    if not indexes:
        return "another reader finds neither sound nor picture in it"
    if not all(engine.measure_seconds(file, index) for index in indexes):
        return "another reader finds a stream in it that has nothing"
    return None
