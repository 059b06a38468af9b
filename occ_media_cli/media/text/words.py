"""The text of a file by its type: the one door to what is in this room."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from occ_media_cli.media.foreign import DESCRIBED
from occ_media_cli.media.source import FileSource
from occ_media_cli.media.text.passage import Passage, UnreadText
from occ_media_cli.vocabulary import MEDIA_CATEGORIES

if TYPE_CHECKING:
    from occ_media_cli.media.text.budget import Budget

_PACKAGES = frozenset((
    "docx", "docm", "dotx", "dotm", "xlsx", "xlsm", "xltx", "xltm", "xlam", "pptx", "pptm", "potx", "potm", "ppsx",
    "ppsm", "ppam", "sldx", "sldm", "thmx", "vsdx", "vsdm",
))  # fmt: skip
_OLD = frozenset(("doc", "xls", "ppt"))
_PLAIN = frozenset(("txt", "html", "xml", "svg", "script", "rtf"))


_Words = Iterator[Passage | UnreadText]


def _package(source: FileSource, budget: Budget, nested: int) -> _Words:
    from occ_media_cli.media.text.package import read_package

    return read_package(source, budget, nested)


def _old(source: FileSource, budget: Budget, nested: int) -> _Words:
    from occ_media_cli.media.text.inside import read_objects
    from occ_media_cli.media.text.old_office import read_old_office

    yield from read_old_office(source)
    yield from read_objects(source, budget, nested)


def _pdf(source: FileSource, budget: Budget, nested: int) -> _Words:
    from occ_media_cli.media.text.inside import read_attached
    from occ_media_cli.media.text.pdf import read_pdf

    yield from read_pdf(source)
    yield from read_attached(source, budget, nested)


def _plain(source: FileSource, budget: Budget, nested: int) -> _Words:
    from occ_media_cli.media.readers.source_code import is_mail_or_box
    from occ_media_cli.media.text.plain import read_text

    yield from read_text(source)
    if is_mail_or_box(source.head):
        from occ_media_cli.media.text.inside import read_mail

        yield from read_mail(source, budget, nested)


def _reader_of(kind: str | None) -> Callable[[FileSource, Budget, int], _Words] | None:
    if kind in _PACKAGES:
        return _package
    if kind in _OLD:
        return _old
    if kind == "pdf":
        return _pdf
    return _plain if kind in _PLAIN else None


def read_words(
    source: FileSource, kind: str | None, budget: Budget | None = None, nested: int = 0
) -> Iterator[Passage | UnreadText]:
    """The text of a file in passages, and each part that could not be read; nothing of pictures, sound and films, which
    hold no text of a person but in their metadata.

    kind: the type that `media.recognise` says. budget, nested: of the file around it and how deep it lies there, None
    and 0 for a file of its own. Raises `PartMissing` for a PDF where pypdfium2 is missing.
    """
    reader = _reader_of(kind)
    if reader is not None:
        from occ_media_cli.media.text.budget import Budget

        yield from reader(source, budget or Budget(source.size, read_words), nested)
    elif kind is None or kind not in DESCRIBED or DESCRIBED[kind].category not in MEDIA_CATEGORIES:
        what = DESCRIBED[kind].description if kind in DESCRIBED else "a file of unknown type"
        yield UnreadText("", f"the text of {what} is not read")
