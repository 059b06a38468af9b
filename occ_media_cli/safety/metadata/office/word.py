"""Word: revisions are accepted, comments and hidden text go, and so do the identifiers of editing sessions."""

from __future__ import annotations

import re
from collections.abc import Callable

from occ_media_cli.safety.metadata.office.hidden_text import HiddenStyles, without_hidden_text
from occ_media_cli.safety.metadata.office.paragraphs import join_paragraphs
from occ_media_cli.safety.metadata.office.xml_edit import Action, Drop, Element, Rule, Unwrap, Without, edit_xml

_OFF = frozenset((b"0", b"false", b"off"))
_MAIN = re.compile(
    rb"xmlns(?::(\w+))?\s*=\s*[\"'](?:http://schemas\.openxmlformats\.org/wordprocessingml/2006/main"
    rb"|http://purl\.oclc\.org/ooxml/wordprocessingml/main)[\"']"
)
_CHANGES = frozenset(
    b"rPrChange pPrChange sectPrChange tblPrChange tblPrExChange trPrChange tcPrChange tblGridChange numberingChange"
    b" moveFromRangeStart moveFromRangeEnd moveToRangeStart moveToRangeEnd customXmlInsRangeStart customXmlInsRangeEnd"
    b" customXmlDelRangeStart customXmlDelRangeEnd customXmlMoveFromRangeStart customXmlMoveFromRangeEnd"
    b" customXmlMoveToRangeStart customXmlMoveToRangeEnd cellIns cellMerge".split()
)
_GONE = frozenset((b"del", b"moveFrom"))
_CAME = frozenset((b"ins", b"moveTo"))
_COMMENTS = frozenset((b"commentRangeStart", b"commentRangeEnd", b"commentReference", b"annotationRef"))
_SETTINGS: dict[bytes, str] = {
    b"rsids": "revision_ids", b"rsid": "revision_ids", b"nsid": "revision_ids", b"attachedTemplate": "template",
    b"docVars": "custom_properties", b"mailMerge": "mail_merge", b"saveThroughXslt": "absolute_paths",
    b"dataBinding": "custom_xml", b"trackRevisions": "tracked_changes",
}  # fmt: skip
_RSID = re.compile(rb"rsid\w*\Z")
_CHANGED = re.compile(rb"<(?:\w+:)?(?:del|ins|moveFrom|moveTo|cellDel|\w+Change)\b")
_FIELD = re.compile(
    rb"(?:\binstr\s*=\s*[\"']|instrText\b[^<>]*>)\s*+\\?(?:AUTHOR|USERNAME|USERINITIALS|USERADDRESS|FILENAME|LASTSAVEDBY"
    rb"|TEMPLATE|DOCPROPERTY|INFO|COMMENTS|KEYWORDS|SUBJECT|TITLE|CREATEDATE|SAVEDATE|PRINTDATE|EDITTIME|REVNUM)\b",
    re.IGNORECASE,
)
"""A field that shows what the document tells of itself."""
_NAMES = _CHANGES | _GONE | _CAME | _COMMENTS | frozenset((b"cellDel", b"docId", b"permStart", b"hidden", *_SETTINGS))
_MARKS = re.compile(rb"<(?:\w+:)?(?:" + b"|".join(sorted(_NAMES)) + rb")\b")
_TAG = re.compile(rb"<\w[^<>]*\srsid[^<>]*>|<\w[^<>]*:rsid[^<>]*>")
_RSIDS = re.compile(rb"(?<!\s)\s++(?:\w+:)?rsid\w*\s*=\s*(?:\"[^\"]*\"|'[^']*')")


def main_prefixes(content: bytes) -> frozenset[bytes]:
    """The prefixes that stand for Word's own elements in a part."""
    return frozenset(hit[1] or b"" for hit in _MAIN.finditer(content))


def edit_document(content: bytes, count: Callable[[str, int], None], hidden: HiddenStyles) -> bytes:
    """A part of a Word document without what tells of it. count: told of each fact and how often it was there."""
    own = main_prefixes(content)
    plain = _TAG.sub(lambda tag: _RSIDS.sub(b"", tag[0]), content)
    if _RSIDS.search(plain):  # in a tag that the quick look does not take for one
        plain = edit_xml(plain, _without_sessions)
    if plain != content:
        count("revision_ids", 0)
    if _MARKS.search(plain):
        if _CHANGED.search(plain):
            plain = join_paragraphs(plain, own)
        plain = edit_xml(plain, _rule(own, count), _NAMES)
    if _FIELD.search(plain):
        count("fields", 0)
    return without_hidden_text(plain, own, hidden, count)


def _without_sessions(element: Element) -> Action:
    rsids = [key for key in element.attributes if _RSID.match(key.rpartition(b":")[2])]
    return Without(dict.fromkeys(rsids)) if rsids else None


def _rule(own: frozenset[bytes], count: Callable[[str, int], None]) -> Rule:
    def rule(element: Element) -> Action:
        name = element.name
        if element.prefix not in own:
            return Drop() if name in (b"docId", b"dataBinding") and element.prefix in (b"w14", b"w15") else None
        if name in _GONE or name == b"cellDel":
            count("tracked_changes", 1)
            if name == b"cellDel":
                return Drop(above=b"tc")
            return Drop(above=b"tr") if element.around and element.around[-1] == b"trPr" else Drop()
        if name in _CAME:
            count("tracked_changes", 1)
            return Unwrap()
        if name in _CHANGES:
            count("tracked_changes", 1)
            return Drop()
        if name in _COMMENTS:
            count("comments", 0)
            return Drop()
        if name == b"permStart" and (editor := element.names_of(b"ed")):
            count("people", 0)
            return Without(dict.fromkeys(editor))
        if name == b"hidden":  # a row of a table; it stays, because cells above and below may be joined with its own
            if element.around and element.around[-1] == b"trPr" and element.value_of(b"val") not in _OFF:
                count("hidden_text", 1)
            return None
        if name in _SETTINGS:
            count(_SETTINGS[name], 0)
            return Drop()
        return None

    return rule
