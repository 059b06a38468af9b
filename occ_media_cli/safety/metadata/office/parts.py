"""Which parts of a package tell of the document, and what. A name is matched whole, without regard to case."""

from __future__ import annotations

import re

DROPPED: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"docprops/custom\.xml", ("custom_properties",)),
    (r"docprops/thumbnail.*|.*/thumbnail\.(?:jpe?g|png|wmf|emf)", ("thumbnail",)),
    (r"docprops/.*", ("properties",)),
    (r"docmetadata/.*", ("label",)),
    (r"customxml/.*", ("custom_xml",)),
    (r"(?:word|xl|ppt)/printersettings/.*", ("printer_settings",)),
    (r"word/people\d*\.xml|xl/persons/.*|ppt/(?:commentauthors|authors)\d*\.xml", ("people",)),
    (r"word/comments[a-z]*\d*\.xml|xl/comments\d*\.xml|xl/comments/.*|ppt/comments/.*", ("comments",)),
    (r"xl/threadedcomments/.*", ("comments",)),
    (r"xl/revisions/.*|ppt/revisioninfo\.xml|ppt/changesinfos/.*", ("tracked_changes",)),
    (r"(?:word|ppt|xl)/tags/.*", ("custom_properties",)),
    (r"word/websettings\d*\.xml", ("web_settings",)),
    (r"word/intelligence\d*\.xml|word/documenttasks/.*|.*/tasks/.*", ("people",)),
    (r"\[trash\]/.*", ("unused_parts",)),
)
_DROPPED = tuple((re.compile(pattern), facts) for pattern, facts in DROPPED)

_KINDS: dict[str, tuple[str, ...]] = {
    "core-properties": ("properties",), "extended-properties": ("properties",),
    "custom-properties": ("custom_properties",), "thumbnail": ("thumbnail",), "customxml": ("custom_xml",),
    "printersettings": ("printer_settings",), "comments": ("comments",), "commentsextended": ("comments",),
    "commentsids": ("comments",), "commentsextensible": ("comments",), "threadedcomment": ("comments",),
    "person": ("people",), "people": ("people",), "commentauthors": ("people",), "authors": ("people",),
    "tags": ("custom_properties",), "websettings": ("web_settings",), "classificationlabels": ("label",),
    "changesinfo": ("tracked_changes",), "revisioninfo": ("tracked_changes",), "revisionheaders": ("tracked_changes",),
    "usernames": ("people",), "recipientdata": ("mail_merge",),
}  # fmt: skip
"""The same by the last word of the type of the relationship that leads to a part: a name alone is only a habit."""

SIGNED = "_xmlsignatures/"
_PROPERTIES: tuple[tuple[str, bytes], ...] = (
    ("author", rb"<(?:\w+:)?creator\b[^>]*>\s*[^<\s]"),
    ("last_modified_by", rb"<(?:\w+:)?lastModifiedBy\b[^>]*>\s*[^<\s]"),
    ("company", rb"<(?:\w+:)?Company\b[^>]*>\s*[^<\s]"),
    ("manager", rb"<(?:\w+:)?Manager\b[^>]*>\s*[^<\s]"),
    ("software", rb"<(?:\w+:)?Application\b[^>]*>\s*[^<\s]"),
    ("template", rb"<(?:\w+:)?Template\b[^>]*>\s*[^<\s]"),
    ("editing_time", rb"<(?:\w+:)?TotalTime\b[^>]*>\s*[1-9]"),
    ("absolute_paths", rb"<(?:\w+:)?HyperlinkBase\b[^>]*>\s*[^<\s]"),
    ("title", rb"<(?:\w+:)?title\b[^>]*>\s*[^<\s]"),
    ("description", rb"<(?:\w+:)?(?:subject|description)\b[^>]*>\s*[^<\s]"),
    ("keywords", rb"<(?:\w+:)?keywords\b[^>]*>\s*[^<\s]"),
    ("dates", rb"<(?:\w+:)?(?:created|modified|lastPrinted)\b[^>]*>\s*[^<\s]"),
    ("label", rb"MSIP_Label_"),
)
_SEEN = tuple((fact, re.compile(pattern)) for fact, pattern in _PROPERTIES)
_COMMENT = re.compile(rb"<(?:\w+:)?(?:comment|threadedComment|cm)\s")


def told_by(key: str, kinds: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The facts for which a part goes, by its name as packages compare them and by the kinds of relationships that
    lead to it; empty where it stays."""
    named = next((facts for pattern, facts in _DROPPED if pattern.fullmatch(key)), ())
    return named or next((_KINDS[kind] for kind in sorted(kinds) if kind in _KINDS), ())


def properties_in(content: bytes) -> tuple[str, ...]:
    """What the properties of a document tell."""
    return tuple(fact for fact, pattern in _SEEN if pattern.search(content))


def comments_in(content: bytes) -> int:
    """How many comments a part holds."""
    return len(_COMMENT.findall(content))


_PATH = re.compile(
    rb"(?:file:|[A-Za-z]:(?:\\|/(?!/)|%5[cC])|\\\\|//|/(?:Users|home|Volumes|private|tmp)/)", re.IGNORECASE
)


def plain_path(value: bytes) -> bytes | None:
    """The last name of a path that starts at a disk, a server or a home; None where a value is no such path."""
    if not _PATH.match(value):
        return None
    last = re.split(rb"[\\/]|%5[cC]|%2[fF]", value)[-1]
    return last if last and not _PATH.match(last) else b"file"
