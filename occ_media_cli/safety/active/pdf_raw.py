"""Actions in the bytes of a PDF and of its object streams, whether or not a reader makes an object of them.

A dictionary without its end is dropped by a reader that repairs, and done by others.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from occ_media_cli.media.patterns import Pattern
from occ_media_cli.media.readers.pdf_filters import plain_names
from occ_media_cli.media.readers.pdf_objects import PdfObjects
from occ_media_cli.media.source import ByteView, FileSource

_ACTION = Pattern(rb"/(?:S|#53)[\s\0]*/([A-Za-z0-9#]{3,40})(?![A-Za-z0-9#])")
_OBJECT = Pattern(rb"(?<!\d)(\d{1,10})[\s\0]+\d{1,5}[\s\0]+obj\b")
_SCRIPT = Pattern(rb"/(?:JavaScript|Launch)(?![A-Za-z])")
"""What is looked for in the part of a packed object that is too long to be kept."""

_BACK = 4096
_MOST = 20_000
RISKY = frozenset((b"JavaScript", b"Launch", b"ImportData", b"SubmitForm", b"GoToR", b"GoToE"))


def raw_actions(source: FileSource) -> Iterator[tuple[str, str]]:
    """(name of an action, place) for each that starts or fetches something; of each name the first in the file."""
    yield from _in(source.data, "")
    if source.data.find(b"ObjStm") >= 0 or source.data.find(b"#") >= 0:
        objects = PdfObjects(source, _SCRIPT)
        objects.look_into_streams()
        for content in objects.contents:
            yield from _in(content, "an object stream")
        if objects.sought:
            yield "JavaScript", "an object stream"


def _in(data: ByteView, where: str) -> Iterator[tuple[str, str]]:
    seen: set[bytes] = set()
    for hit in islice(_ACTION.finditer(data), _MOST):
        name = plain_names(b"/" + hit[1])[1:]
        if name in RISKY and name not in seen:
            seen.add(name)
            yield name.decode("ascii"), where or _place(data, hit.start())


def _place(data: ByteView, at: int) -> str:
    begins = [each[1] for each in _OBJECT.finditer(data[max(0, at - _BACK) : at])]
    return f"object {int(begins[-1])}" if begins else f"byte {at:,}"
