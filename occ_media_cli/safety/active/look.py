"""What is active in one file: the check itself."""

from __future__ import annotations

import re

from occ_media_cli.media.foreign import DESCRIBED
from occ_media_cli.media.patterns import Pattern
from occ_media_cli.media.readers.signatures import type_of
from occ_media_cli.media.recognise import by_structure
from occ_media_cli.media.source import FileSource
from occ_media_cli.media.types import extension_of
from occ_media_cli.media.unpack.passed_over import behind
from occ_media_cli.safety.active.contents import document_kind, is_program_name
from occ_media_cli.safety.active.documents import inspect
from occ_media_cli.safety.active.inspection import Inspection
from occ_media_cli.safety.active.mails import inspect_mail, may_be_mail
from occ_media_cli.safety.active.xml_words import in_utf8
from occ_media_cli.safety.found import Looked


def active_content(source: FileSource, type: str | None, name: str = "") -> Looked:  # noqa: A002 - a word of the field
    """What in a file runs, starts or fetches something, is a program, or hides what it is by encryption.

    type: what `media.recognise` says, or None. name: what the file is called, where that is known: a text with the name
    of a script is one. The bytes decide how the file is read: a document that is named or recognised as something else
    is still looked at as what it begins like. Raises `PartMissing` where the reader of PDF is needed and not installed.
    """
    look = Inspection(inspect)
    if type in _TEXTS and is_program_name(name):
        look.tell("embedded-program", f"it is a program or script itself (.{extension_of(name)[:12]})")
    _inspect(look, source, type)
    return look.looked()


def _inspect(look: Inspection, source: FileSource, type: str | None) -> None:  # noqa: A002 - as above
    kind = document_kind(source.head)
    if kind == "pdf" and type in _TEXTS and not _is_pdf(source):
        kind = None  # a text that speaks of PDF
    if kind is None and _may_be_text(source, type):
        kind = "text"
    if kind not in ("text", "zip"):  # an archive tells by itself what stands between its members
        for reason in behind(source):
            look.pass_over("", reason)
    if kind == "text":
        _text(look, source, type)
    elif kind is not None:
        inspect(look, source, kind)
    elif type is None or (type in DESCRIBED and DESCRIBED[type].category in ("archive", "document", "program", "data")):
        what = DESCRIBED[type].description if type in DESCRIBED else "nothing that is known here"
        if source.head[:1] in (b"\x09",) and type == "xls":
            inspect(look, source, "ole")
        elif type in DESCRIBED and DESCRIBED[type].category == "program":
            look.tell("embedded-program", f"it is {what} itself")
        else:
            look.pass_over("", f"it is {what}, which is not looked into")


def _text(look: Inspection, source: FileSource, type: str | None) -> None:  # noqa: A002 - as above
    inspect(look, source, "text")
    if type == "script":
        look.tell("embedded-program", "it is a script itself")
    if may_be_mail(source):
        inspect_mail(look, source, _part)
    if type == "html" or (type in ("svg", "xml") and _ACTS.search(in_utf8(source.data[: source.size]))):
        what = {"html": "an HTML page", "svg": "an SVG drawing with script or links"}.get(
            type, "an XML document that is shown as a page"
        )
        look.pass_over("", f"it is {what}, which is not looked into")


def _part(look: Inspection, source: FileSource, _: str) -> None:
    """A part of a mail, of which nothing is known but its bytes."""
    found = by_structure(source)
    kind = type_of(source.head) if found is None or found.type is None else found.type
    if kind == "txt" and found is not None and any(seen.code == "text-is-markup" for seen in found.observations):
        kind = "html"
    _inspect(look, source, kind)


def _is_pdf(source: FileSource) -> bool:
    return source.head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF-") or _OBJECT.search(source.data) is not None


_OBJECT = Pattern(rb"\d[\s\0]+\d{1,5}[\s\0]+obj\b")
_ACTS = re.compile(
    rb"<[\w:.-]*script|\son\w+\s*=|javascript:|foreignObject|<[\w:.-]*(?:iframe|object|embed|set|animate)|<!ENTITY|"
    rb"xml-stylesheet|1999/xhtml|1999/XSL|href\s*=\s*[\"']\s*(?:\w+:|\\\\|//)|@import|url\s*\(\s*[\"']?\w+:",
    re.IGNORECASE,
)
"""What a browser does with XML besides to show it."""

_TEXTS = frozenset(("txt", "html", "xml", "svg", "script", "rtf"))


def _may_be_text(source: FileSource, type: str | None) -> bool:  # noqa: A002 - a word of the field
    return type in _TEXTS or (type is None and b"\0" not in source.head)
