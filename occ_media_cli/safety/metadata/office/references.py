"""What nothing in a Word document leads to any more once its revisions are accepted: notes, pictures, links."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping

from occ_media_cli.safety.metadata.office.xml_edit import Action, Drop, Element, edit_xml

_REFERENCE = re.compile(rb"<(?:\w+:)?(footnote|endnote)Reference\s[^<>]*?(?<=[\s:])id\s*=\s*[\"']([^\"']*)[\"']")
_NOTE = re.compile(rb"<(?:\w+:)?(?:footnote|endnote)\s")
_MENTION = re.compile(rb"\s(\w+):\w+\s*=\s*[\"']([^\"'<>]{1,100})[\"']")


def without_lost_notes(parts: Mapping[str, bytes]) -> dict[str, tuple[bytes, int]]:
    """The parts of notes without those that no text refers to, and how many went, by name."""
    found = dict[str, tuple[bytes, int]]()
    for key in [key for key, content in parts.items() if _NOTE.search(content)]:
        folder = posixpath.dirname(key)
        used = {hit.groups() for other, content in parts.items() if other != key and posixpath.dirname(other) == folder
                for hit in _REFERENCE.finditer(content)}  # fmt: skip
        gone = list[bytes]()

        def rule(element: Element, used: set[tuple[bytes, ...]] = used, gone: list[bytes] = gone) -> Action:
            if element.around[-1:] not in ([b"footnotes"], [b"endnotes"]):
                return None  # settings name the lines that part notes from the text
            number = element.value_of(b"id") or b""
            if (element.value_of(b"type") or b"normal") != b"normal" or (element.name, number) in used:
                return None  # lines that part the notes from the text have a type, and no reference
            gone.append(number)
            return Drop()

        edited = edit_xml(parts[key], rule, frozenset((b"footnote", b"endnote")))
        if gone:
            found[key] = edited, len(gone)
    return found


def lost_ids(before: bytes, after: bytes, own: frozenset[bytes], ids: Iterable[bytes]) -> frozenset[bytes]:
    """The ids of relationships that a part named before it was edited, and does not name any more. own: the prefixes of
    Word's own elements, whose ids are other ones."""
    wanted = frozenset(ids)
    if not wanted or before == after:
        return frozenset()
    return (_mentioned(before, own) - _mentioned(after, own)) & wanted


def _mentioned(content: bytes, own: frozenset[bytes]) -> frozenset[bytes]:
    return frozenset(hit[2] for hit in _MENTION.finditer(content) if hit[1] not in own)
