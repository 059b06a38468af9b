"""PDF: a header, objects, a cross-reference and an end marker (ISO 32000)."""

from __future__ import annotations

from itertools import islice

from occ_media_cli.media.patterns import Pattern
from occ_media_cli.media.readers.pdf_objects import PdfObjects
from occ_media_cli.media.readers.signatures import END_OF_ZIP, hidden_in, kind_of
from occ_media_cli.media.recognition import Structure
from occ_media_cli.media.source import FileSource

_HEADER_WITHIN = 1024
_BLANKS = b" \t\r\n\f\0"
_OBJECT = Pattern(rb"\d\s+\d+\s+obj\b")
_LENGTH = Pattern(rb"/L\s+(\d{1,12})\b")
_LATER_END = Pattern(rb"startxref\s+[1-9]\d*\s*$")
"""Before the mark of a file's own end stands a place; the end of what is shown first (linearized) has a zero there."""

_COUNT = Pattern(rb"/Count\s+(\d{1,9})\b")
_OBJECT_STREAM = b"ObjStm"
_REFERENCE_AT_END = Pattern(rb"startxref\s+\d+(?:\s+[%A-Za-z0-9 ]{0,8})?[\s\0]*$")
_BETWEEN = Pattern(rb"endobj[\s\0]*(?![\s\0\d]|xref|trailer|startxref|$)")
_FOREIGN_STREAM = Pattern(rb"stream\r?\n(?:PK\x03\x04|\x7fELF|MZ|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|#![ \t]?/)")
_ATTACHED = (b"EmbeddedFile", b"/Params", b"/application#2F")
_HYBRID = b"/AdditionalStreams"
"""What the dictionary of an attachment has; where a document stands as its office program wrote it, too."""

_LAST_REFERENCE = Pattern(rb"(?s:.*)startxref\s+(\d{1,12})")
_TABLE = Pattern(rb"\s*(?:xref|\d+\s+\d+\s+obj)")
_PAGES = Pattern(rb"/Pages\s+(\d+)\s+\d+\s+R\b")
_KIDS = Pattern(rb"/Kids\s*(?:\[([^\]]*)|(\d+)\s+\d+\s+R\b)")
_REFERENCES = Pattern(rb"(\d+)\s+\d+\s+R\b")
_MOST_NODES = 50
"""Nodes of the tree of pages that are looked at until one of them is a page."""

_NO_PROLOGUE = (b"<", b"#!", b"MZ", b"\x7fELF", b"PK", b"\xca\xfe\xba\xbe", b"BM", b"RIFF", b"ID3", b"OggS")


def _spelled(name: bytes) -> bytes:
    """A pattern for a name in which any letter may be written as `#xx`."""
    return b"".join(b"(?:%c|#%02x|#%02X)" % (letter, letter, letter) for letter in name)


_SCRIPTS = rb"(?:" + _spelled(b"JavaScript") + rb"|" + _spelled(b"Launch") + rb")(?![A-Za-z])"
_SCRIPT = Pattern(rb"/" + _SCRIPTS)
_NAMES = Pattern(rb"/(?:Count\s+(\d{1,9})\b|(Encrypt)\s*(?:\d+\s+\d+\s+R|<<)|" + _SCRIPTS + rb")")
"""Pages, encryption and script in one pass, since each pass through a long file costs as much as all else together."""

FIRST: frozenset[int] | None = None


def claims(source: FileSource) -> bool:
    """The header stands in the first 1,024 bytes (ISO 32000-1, appendix H.3.4.1)."""
    return b"%PDF-" in source.head[: _HEADER_WITHIN + 5]


def recognise(source: FileSource) -> Structure | None:
    """Check the two ends, then look for encryption and script, in packed objects too."""
    data, size = source.data, source.size
    begin = source.head.find(b"%PDF-")
    prologue = source.head[:begin].lstrip(_BLANKS + b"\xef\xbb\xbf")
    found = Structure(None, "pdf", facts={"version": source.head[begin + 5 : begin + 8].decode("latin-1")})
    mark = data.rfind(b"%%EOF")
    reference = data.rfind(b"startxref", 0, max(mark, 0))
    if reference < 0:
        reference = data.rfind(b"trailer", 0, max(mark, 0))
    if begin and (mark < 0 or reference < 0):
        return None  # a text that speaks of PDF
    if mark < 0 or data.rfind(b"startxref") > mark:
        # Missing, cut off or misspelt: every reader looks for the word before it, and none minds.
        if (told := _REFERENCE_AT_END.search(data[max(0, size - 96) : size])) is not None:
            found.note("cut-short", "its end marker (%%EOF) is missing or misspelt")
            mark, reference = size, max(0, size - 96) + told.start()
        elif mark < 0:
            found.note("damaged", "it ends before its end marker (%%EOF)")
            return found
    if reference < 0 or not _OBJECT.search(data, begin):
        found.note("damaged", "it has no objects or no table of them")
        return found
    if prologue.startswith(_NO_PROLOGUE):
        found.note("damaged", "something else stands before its header")
        return found
    rest = data[mark + 5 : min(size, mark + 5 + 1_000_000)].strip(_BLANKS)
    if rest and (_OBJECT.search(rest) or b"endstream" in rest or b"endobj" in rest):
        found.note("damaged", "it goes on after its end marker and is cut off there")
        return found
    start = source.head[begin:]
    if b"/Linearized" in start and (length := _LENGTH.search(start)) and int(length[1]) > size:
        words = f"it says that it has {int(length[1]):,} bytes"
        if not _LATER_END.search(data[max(0, mark - 64) : mark]):
            found.note("damaged", f"it is cut off: {words}")
            return found
        found.note("cut-short", f"{words}, and has {size:,}")  # as where a transfer turned two ends of a line into one
    found.type, found.end = "pdf", min(mark + 5, size)
    if (second := _second_header(source, begin)) >= 0:
        found.note(
            "trailing-data", f"a second document begins at byte {second:,}, behind the end of the first", bad=True
        )
    _look_inside(found, source)
    if any(seen.code == "damaged" for seen in found.observations):
        found.type = None
    return found


def _look_inside(found: Structure, source: FileSource) -> None:
    data = source.data
    _in_front(found, source)
    encrypted, script, pages = False, False, list[int]()
    for hit in _NAMES.finditer(data):
        if hit[1] is not None:
            pages.append(int(hit[1]))
        elif hit[2] is not None:
            encrypted = True
        else:
            script = True
    found.facts["encrypted"] = encrypted
    if encrypted:
        found.note("password-protected", "it is encrypted")
    else:
        _foreign(found, source)
    if not encrypted or data.find(_OBJECT_STREAM) < 0:
        objects = PdfObjects(source, _SCRIPT)
        if not script or not pages:
            objects.look_into_streams()
            script = script or objects.sought
            pages += [int(hit[1]) for content in objects.contents for hit in _COUNT.finditer(content)]
        why = _no_page(objects)
        if why is not None and not objects.unread:
            found.note("damaged", why)
        if objects.unread:
            found.note("partly-checked", "some of its packed objects could not be read: script in them is not seen")
    if pages:
        found.facts["pages"] = max(pages)
    if script:
        found.facts["script"] = True
        found.note("active-content", "it has script or starts a program")


def _no_page(objects: PdfObjects) -> str | None:
    """Why no reader shows anything of it, or None: the catalog leads to a tree of pages with a page in it."""
    root = objects.root()
    if root is None:
        return "nothing in it names a catalog (/Root)"
    catalogs = objects.all_of(root)
    if not catalogs:
        return "its catalog is missing"
    waiting = [int(tree[1]) for catalog in catalogs if (tree := _PAGES.search(catalog))]
    if not waiting:
        return "its catalog names no pages"
    top, seen = set(waiting), set[int]()
    while waiting and len(seen) < _MOST_NODES:
        number = waiting.pop(0)
        if number in seen:
            continue
        seen.add(number)
        for node in objects.all_of(number):
            kids = _KIDS.search(node)
            if kids is not None:
                listed = [kids[1]] if kids[1] is not None else objects.all_of(int(kids[2]))
                waiting = [int(kid[1]) for each in listed for kid in _REFERENCES.finditer(each)] + waiting
            elif b"<<" in node and (number not in top or b"/Contents" in node or b"/MediaBox" in node):
                return None
    return "it has no page"


_MOST_OF_A_GAP = 1 << 20
_MOST_HEADERS = 100
"""Words that look like a header, or like something between objects, that are followed up."""


def _second_header(source: FileSource, begin: int) -> int:
    """Where a second document begins behind an end marker and outside of every stream, or -1."""
    data, at = source.data, source.data.find(b"%PDF-", begin + 5)
    for _ in range(_MOST_HEADERS):
        if at < 0:
            break
        ended = data.rfind(b"%%EOF", 0, at)
        outside = ended > begin and ended > data.rfind(b"stream", 0, at)
        if outside and data[at + 5 : at + 6].isdigit() and not _is_update(source, at):
            return at
        at = data.find(b"%PDF-", at + 5)
    return -1


def _is_update(source: FileSource, second: int) -> bool:
    """Whether the last table lies where the last reference says, counted from the start of the file.

    Some programs write a header again in front of their changes. In a document that was glued on, places are counted
    from its own header.
    """
    last = _LAST_REFERENCE.search(source.data[max(0, source.size - 2048) : source.size])
    if last is None:
        return False
    place = int(last[1])
    return place > second and _TABLE.match(source.data[place : place + 40]) is not None


def _in_front(found: Structure, source: FileSource) -> None:
    """A program, a script or an archive between the header and the first object, which every reader passes over."""
    data, begin = source.data, source.head.find(b"%PDF-")
    first = _OBJECT.search(data, begin)
    gap = data[begin + 8 : first.start() if first else begin + 8]
    gap = gap[:_MOST_OF_A_GAP]
    line = gap.find(b"\n") if b"\n" in gap else gap.find(b"\r")
    what = kind_of(gap[line + 1 :].lstrip(_BLANKS + b"%")[:1024])
    hidden = hidden_in(gap, 0) if what is None else None
    if what is not None or hidden is not None:
        words = what or (hidden and hidden[0])
        found.note("trailing-data", f"{words} stands between its header and its first object", bad=True)


def _foreign(found: Structure, source: FileSource) -> None:
    """A program, a script or an archive between the objects, or as the content of one that is no attachment."""
    data = source.data
    for hit in islice(_BETWEEN.finditer(data), 100 * _MOST_HEADERS):
        what = kind_of(data[hit.end() : hit.end() + 1024].lstrip(b"%"))
        if what is not None and not data[hit.end() : hit.end() + 6].startswith((b"%%EOF", b"%PDF")):
            found.note("trailing-data", f"{what} stands between its objects (at byte {hit.end():,})", bad=True)
            return
    for hit in islice(_FOREIGN_STREAM.finditer(data), 100 * _MOST_HEADERS):
        before = data[max(0, hit.start() - 1024) : hit.start()].rpartition(b"obj")[2]
        if b"Filter" in before:
            continue
        what = kind_of(hit[0].split(b"\n", 1)[1]) or "a program"
        attached = any(word in before for word in _ATTACHED)
        if (attached or data.find(_HYBRID) >= 0) and what in ("an archive", "a document"):
            found.note("partly-checked", "what is attached to it was not looked into")
        elif attached:
            found.note("active-content", f"it carries {what} as an attachment")
        else:
            found.note("trailing-data", f"{what} stands between its objects (at byte {hit.start():,})", bad=True)
        return
    if (at := _directory(source)) >= 0 and any(data.find(word) >= 0 for word in (*_ATTACHED, _HYBRID)):
        found.note("partly-checked", "what is attached to it was not looked into")
    elif at >= 0:
        found.note("trailing-data", f"an archive stands between its objects (it ends at byte {at:,})", bad=True)


def _directory(source: FileSource) -> int:
    """Where an archive ends that has its directory before its end, or -1."""
    data, at = source.data, source.data.find(END_OF_ZIP)
    while at >= 0:
        length = int.from_bytes(data[at + 12 : at + 16], "little")
        if 0 < length <= at and data[at - length : at - length + 4] == b"PK\1\2":
            return at
        at = data.find(END_OF_ZIP, at + 4)
    return -1
