"""What is active in one file: the check itself."""

from __future__ import annotations

from occ_media_cli.media.foreign import DESCRIBED
from occ_media_cli.media.source import FileSource
from occ_media_cli.safety.active.contents import document_kind
from occ_media_cli.safety.active.documents import inspect
from occ_media_cli.safety.active.inspection import Inspection
from occ_media_cli.safety.found import Looked


def active_content(source: FileSource, type: str | None) -> Looked:  # noqa: A002 - a word of the field
    """What in a file runs, starts or fetches something, is a program, or hides what it is by encryption.

    type: what `media.recognise` says, or None. The bytes decide how the file is read: a document that is named or
    recognised as something else is still looked at as what it begins like. Raises `PartMissing` where the reader of PDF
    is needed and not installed.
    """
    look = Inspection(inspect)
    kind = document_kind(source.head) or ("text" if _may_be_text(source, type) else None)
    if kind is not None:
        inspect(look, source, kind)
    elif type is None or (type in DESCRIBED and DESCRIBED[type].category in ("archive", "document", "program", "data")):
        what = DESCRIBED[type].description if type in DESCRIBED else "nothing that is known here"
        if source.head[:1] in (b"\x09",) and type == "xls":
            inspect(look, source, "ole")
        elif type in DESCRIBED and DESCRIBED[type].category == "program":
            look.tell("embedded-program", f"it is {what} itself")
        else:
            look.pass_over("", f"it is {what}, which is not looked into")
    return look.looked()


_TEXTS = frozenset(("txt", "html", "xml", "svg", "script", "rtf"))


def _may_be_text(source: FileSource, type: str | None) -> bool:  # noqa: A002 - a word of the field
    return type in _TEXTS or (type is None and b"\0" not in source.head)
