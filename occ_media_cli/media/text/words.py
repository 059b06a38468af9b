"""The text of a file by its type: the one door to what is in this room."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from occ_media_cli.media.foreign import DESCRIBED
from occ_media_cli.media.source import FileSource
from occ_media_cli.media.text.passage import Passage, UnreadText
from occ_media_cli.vocabulary import MEDIA_CATEGORIES

_PACKAGES = frozenset((
    "docx", "docm", "dotx", "dotm", "xlsx", "xlsm", "xltx", "xltm", "xlam", "pptx", "pptm", "potx", "potm", "ppsx",
    "ppsm", "ppam", "sldx", "sldm", "thmx", "vsdx", "vsdm",
))  # fmt: skip
_OLD = frozenset(("doc", "xls", "ppt"))
_PLAIN = frozenset(("txt", "html", "xml", "svg", "script", "rtf"))


def _package(source: FileSource) -> Iterator[Passage | UnreadText]:
    from occ_media_cli.media.text.package import read_package

    return read_package(source)


def _old(source: FileSource) -> Iterator[Passage | UnreadText]:
    from occ_media_cli.media.text.old_office import read_old_office

    return read_old_office(source)


def _pdf(source: FileSource) -> Iterator[Passage | UnreadText]:
    from occ_media_cli.media.text.pdf import read_pdf

    return read_pdf(source)


def _plain(source: FileSource) -> Iterator[Passage | UnreadText]:
    from occ_media_cli.media.text.plain import read_text

    return read_text(source)


def _reader_of(kind: str | None) -> Callable[[FileSource], Iterator[Passage | UnreadText]] | None:
    if kind in _PACKAGES:
        return _package
    if kind in _OLD:
        return _old
    if kind == "pdf":
        return _pdf
    return _plain if kind in _PLAIN else None


def read_words(source: FileSource, kind: str | None) -> Iterator[Passage | UnreadText]:
    """The text of a file in passages, and each part that could not be read; nothing of pictures, sound and films, which
    hold no text of a person but in their metadata.

    kind: the type that `media.recognise` says. Raises `PartMissing` for a PDF where pypdfium2 is missing.
    """
    reader = _reader_of(kind)
    if reader is not None:
        yield from reader(source)
    elif kind is None or kind not in DESCRIBED or DESCRIBED[kind].category not in MEDIA_CATEGORIES:
        what = DESCRIBED[kind].description if kind in DESCRIBED else "a file of unknown type"
        yield UnreadText("", f"the text of {what} is not read")
