"""PDF: the same pages in fewer bytes. Text and lines stay as they are; pictures lose what they must."""

from __future__ import annotations

from typing import IO, Any

from occ_media_cli.convert.goal import CannotFit, Converted, Goal
from occ_media_cli.convert.inner import Shrunk, shrink_pictures
from occ_media_cli.convert.pdf_document import opened_pdf, pdfa_part, save_pdf
from occ_media_cli.convert.pdf_lossless import merge_streams, pack_streams
from occ_media_cli.convert.pdf_pictures import PdfPicture, pictures_of
from occ_media_cli.convert.pdf_samples import pack_samples
from occ_media_cli.convert.pdf_uses import find_uses
from occ_media_cli.convert.picture_damage import damaged_pictures
from occ_media_cli.media.recognition import Recognition
from occ_media_cli.media.source import FileSource

_SPARE = 24
"""Bytes of the limit for each picture whose dictionary may become longer."""


def make(source: FileSource, known: Recognition, goal: Goal, out: IO[bytes]) -> Converted:
    """See `goal.Way`."""
    with opened_pdf(source) as document:
        warning = _warning(document)
        packed, merged = pack_streams(document), merge_streams(document)
        changes = [f"{packed:,} streams packed again"] if packed else []
        changes += [f"{merged:,} streams that were there twice kept once"] if merged else []
        changes.append("written anew without what nothing leads to")
        size = save_pdf(document, out)
        if size > goal.most and (tighter := pack_samples(document)):
            changes.append(f"{tighter:,} pictures packed tighter, their pixels the same")
            size = save_pdf(document, out)
        if size <= goal.most:
            return Converted(tuple(changes), warning=warning)
        pictures, damaged = pictures_of(document, find_uses(document))
        warning = "; ".join(filter(None, (warning, damaged_pictures(damaged))))
        rest = size - sum(each.size for each in pictures)
        _refuse_hopeless(size, rest, pictures, goal)
        shrunk = _shrink(document, pictures, rest, goal, out)
        lost = ["quality of pictures"] + (["resolution of pictures"] if shrunk.scaled else [])
        changes += _told(shrunk, len(pictures))
        return Converted(tuple(changes), tuple(lost), shrunk.ssim, shrunk.encodes, warning)


def _refuse_hopeless(size: int, rest: int, pictures: list[PdfPicture], goal: Goal) -> None:
    """Raise `CannotFit` where the pictures cannot help."""
    if not pictures:
        raise CannotFit("no-way", f"packed anew it has {size:,} bytes, and no picture that may be made smaller")
    if rest >= goal.most:
        raise CannotFit("no-way", f"without the pictures that may be made smaller it still has {rest:,} bytes")


def _shrink(document: Any, pictures: list[PdfPicture], rest: int, goal: Goal, out: IO[bytes]) -> Shrunk:
    """Put smaller pictures into the document and write it."""
    spare = _SPARE * len(pictures)
    shrunk = shrink_pictures(pictures, goal.most - rest - spare, goal.floor)
    for picture, part in zip(pictures, shrunk.parts, strict=True):
        if part is not None:
            picture.put_jpeg(part)
    size = save_pdf(document, out)
    if size > goal.most:
        raise CannotFit("quality", f"with smaller pictures it still has {size:,} bytes")
    return shrunk


def _told(shrunk: Shrunk, count: int) -> list[str]:
    """What was done to the pictures, in words."""
    words = [f"{shrunk.changed:,} of {count:,} pictures at quality {shrunk.quality:.0f}"]
    if shrunk.scaled:
        words.append(f"{shrunk.scaled:,} of them scaled to {shrunk.dots:.0f} dots per inch")
    return words


def _warning(document: Any) -> str:
    """What a person should know of a document besides."""
    part = pdfa_part(document)
    if not part:
        return ""
    return f"it says that it is PDF/A{'' if part == '?' else '-' + part}; nothing here proves that its copy is"
