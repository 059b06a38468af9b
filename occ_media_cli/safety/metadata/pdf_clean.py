"""PDF: its properties, what programs keep for themselves in its objects, comments, and the versions before the last.

pikepdf walks every object, packed ones too. What the document is without them is a new file: only what its pages lead
to is written, so that no earlier version is left in its bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from occ_media_cli.media.source import FileSource, source_of
from occ_media_cli.safety.metadata.block import CutFailed
from occ_media_cli.safety.metadata.cutting.jpeg import cut as cut_jpeg
from occ_media_cli.safety.metadata.office.parts import plain_path
from occ_media_cli.safety.metadata.pdf_versions import earlier_versions
from occ_media_cli.safety.metadata.telling.xmp import read_xmp
from occ_media_cli.safety.metadata.told_facts import ToldFacts, note_block

MISSING = "PDF needs a part that is not installed: pip install 'occ-media[safety]'"
MOST_OBJECTS = 400_000
_MOST_DEPTH = 24
_MOST_JPEG = 64_000_000

_INFO = {
    "/Author": "author", "/Creator": "software", "/Producer": "software", "/Title": "title", "/Subject": "description",
    "/Keywords": "keywords", "/CreationDate": "dates", "/ModDate": "dates", "/Company": "company",
    "/Manager": "manager", "/SourceModified": "dates",
}  # fmt: skip
_KEYS = {
    "/PieceInfo": "private_data", "/LastModified": "dates", "/Thumb": "thumbnail", "/SpiderInfo": "absolute_paths",
    "/OPI": "absolute_paths", "/PTEX.FileName": "absolute_paths", "/PTEX.InfoDict": "properties",
    "/PTEX.PageNumber": "software", "/PTEX.Fullbanner": "software", "/CreatorInfo": "software",
}  # fmt: skip
_ANNOTATIONS = frozenset(
    [
        "/Text",
        "/FreeText",
        "/Line",
        "/Square",
        "/Circle",
        "/Polygon",
        "/PolyLine",
        "/Highlight",
        "/Underline",
        "/Squiggly",
        "/StrikeOut",
        "/Stamp",
        "/Caret",
        "/Ink",
        "/Popup",
        "/FileAttachment",
        "/Redact",
    ]
)
_TELLING = frozenset((*_KEYS, *["/ByteRange", "/Metadata", "/EF", "/Annots", "/Rect", "/Params", "/Filter"]))
"""Keys of dictionaries that are looked at; those that have none of them are passed over."""


def _keys(text: str) -> frozenset[str]:
    return frozenset(f"/{name}" for name in text.split())


_STANDARD = {
    "/Catalog": _keys(
        "Type Version Extensions Pages PageLabels Names Dests ViewerPreferences PageLayout PageMode Outlines Threads"
        " OpenAction AA URI AcroForm Metadata StructTreeRoot MarkInfo Lang SpiderInfo OutputIntents PieceInfo"
        " OCProperties Perms Legal Requirements Collection NeedsRendering DSS AF DPartRoot"
    ),
    "/Page": _keys(
        "Type Parent LastModified Resources MediaBox CropBox BleedBox TrimBox ArtBox BoxColorInfo Contents Rotate Group"
        " Thumb B Dur Trans Annots AA Metadata PieceInfo StructParents ID PZ SeparationInfo Tabs TemplateInstantiated"
        " PresSteps UserUnit VP AF OutputIntents DPart"
    ),
    "/Pages": _keys("Type Parent Kids Count Resources MediaBox CropBox Rotate"),
    "": _keys("Size Root Info ID Prev Encrypt XRefStm Type Index W Filter DecodeParms Length"),
}
"""The keys that ISO 32000 gives a catalog, a page, a node of pages and a trailer; any other is somebody's own."""
_ANY_STANDARD = frozenset[str]().union(*_STANDARD.values())
_HAS_PAGES = frozenset(("/Pages", "/Parent", "/Kids"))
_NOTES = frozenset(("/Text", "/Popup"))
_OF_AUTHOR = {"/T": "author", "/M": "dates", "/CreationDate": "dates", "/NM": "comments", "/Subj": "comments",
              "/RC": "comments"}  # fmt: skip
_FILE_NAMES = ("/F", "/UF", "/DOS", "/Mac", "/Unix")


@contextmanager
def open_pdf(source: FileSource) -> Iterator[Any]:
    """The document, opened by pikepdf. Raises `CutFailed` where it cannot be, or needs a password."""
    try:
        import pikepdf
    except ImportError:
        raise CutFailed(MISSING) from None
    try:
        document = pikepdf.open(BytesIO(source.data[: source.size]), suppress_warnings=True)
    except pikepdf.PasswordError as error:
        raise CutFailed("it is encrypted, and opens with a password only") from error
    except (pikepdf.PdfError, ValueError, RuntimeError) as error:
        raise CutFailed("it is damaged: it cannot be opened") from error
    try:
        with document:
            yield document
    except (
        pikepdf.PdfError,
        pikepdf.ForeignObjectError,
        ValueError,
        RuntimeError,
        TypeError,
        KeyError,
        AttributeError,
    ) as error:
        raise CutFailed("it is damaged: one of its objects cannot be read") from error


def clean_pdf(document: Any, source: FileSource, facts: ToldFacts) -> bool:
    """Take out of an opened document what tells of it; True for one that is signed."""
    facts.count("earlier_versions", earlier_versions(source))
    if "/Info" in document.trailer:
        for key, value in _items(document.trailer.Info):
            if str(value).strip():
                facts.add_facts((_INFO.get(key, "custom_properties"),), "Info")
        del document.trailer["/Info"]
    for key, _ in _items(document.trailer):
        if key not in _STANDARD[""]:
            facts.add_facts(("private_data",), "trailer")
            del document.trailer[key]
    facts.count("hidden_layers", _hidden_layers(document.Root))
    return _Walk(document, facts).signed


def _hidden_layers(root: Any) -> int:
    """How many layers of a document (optional content) are not shown when it is opened."""
    layers = root.get("/OCProperties")
    if not hasattr(layers, "get"):
        return 0
    shown = layers.get("/D")
    said = {name: len(shown.get(name, ())) for name in ("/ON", "/OFF")} if hasattr(shown, "get") else {}
    if hasattr(shown, "get") and str(shown.get("/BaseState")) == "/OFF":
        return max(len(layers.get("/OCGs", ())) - said["/ON"], 0)
    return said.get("/OFF", 0)


def _items(dictionary: Any) -> list[tuple[str, Any]]:
    return list(dictionary.items()) if hasattr(dictionary, "items") else []


class _Walk:
    """Every object once, and what stands directly in it."""

    def __init__(self, document: Any, facts: ToldFacts) -> None:
        import pikepdf

        kind = pikepdf.ObjectType
        self._pdf, self._facts, self.signed = pikepdf, facts, False
        self._arrays, self._holders = kind.array, (kind.dictionary, kind.stream)
        self._worth: dict[frozenset[str], bool] = {}
        if len(document.objects) > MOST_OBJECTS:
            raise CutFailed(f"it has {len(document.objects):,} objects; at most {MOST_OBJECTS:,} are looked at")
        for thing in document.objects:
            self._look(thing, 0)

    def _look(self, thing: Any, depth: int) -> None:
        """One object and what stands directly in it. Kinds are asked for by code: documents have a million values."""
        if depth > _MOST_DEPTH:
            raise CutFailed("one of its objects is nested too deeply")
        kind = getattr(thing, "_type_code", None)
        if kind == self._arrays:
            values = list(thing)
        elif kind in self._holders:
            held = dict(thing.items())
            keys = frozenset(held)
            if (worth := self._worth.get(keys)) is None:
                worth = self._worth[keys] = (
                    not keys.isdisjoint(_TELLING)
                    or any(":" in key for key in keys)
                    or ("/Type" in keys and not keys.isdisjoint(_HAS_PAGES) and not keys <= _ANY_STANDARD)
                )
            if worth:
                self._clean(thing, keys)
                held = dict(thing.items())
            values = list(held.values())
        else:
            return
        for value in values:
            inside = getattr(value, "_type_code", None)
            if (inside == self._arrays or inside in self._holders) and not value.is_indirect:
                self._look(value, depth + 1)

    def _clean(self, thing: Any, keys: frozenset[str]) -> None:
        if "/ByteRange" in keys and "/Contents" in keys:
            self.signed = True
        if "/Metadata" in keys:
            self._metadata(thing)
        for key in keys:
            if (key in _KEYS or ":" in key) and key in thing:  # a key whose value is null is not there
                self._facts.add_facts((_KEYS.get(key, "private_data"),), key[1:])
                del thing[key]
        if "/Type" in keys and not keys.isdisjoint(_HAS_PAGES):
            known = _STANDARD.get(str(thing.get("/Type")))
            for key in keys - known if known is not None else ():
                if key in thing:
                    self._facts.add_facts(("private_data",), key[1:])
                    self._look(thing[key], 1)  # a signature stays one wherever it stands
                    del thing[key]
        if "/EF" in keys:
            self._paths(thing)
        if "/Annots" in keys:
            self._notes(thing)
        if "/Subtype" in keys and "/Rect" in keys and _subtype(thing) in _ANNOTATIONS:
            self._annotation(thing)
        elif "/M" in keys and "/Rect" in keys:
            self._facts.add_facts(("dates",), "annotation")
            del thing["/M"]
        if isinstance(thing, self._pdf.Stream):
            self._stream(thing, keys)

    def _metadata(self, thing: Any) -> None:
        held = thing.get("/Metadata")
        if isinstance(held, self._pdf.Stream):
            try:
                self._facts.add_facts(read_xmp(held.read_bytes()), "XMP")
            except (self._pdf.PdfError, RuntimeError):
                self._facts.add_facts(("xmp",), "XMP")
            del thing["/Metadata"]

    def _paths(self, thing: Any) -> None:
        """Of the path of an attached file, its name stays."""
        for key in _FILE_NAMES:
            if key in thing and isinstance(thing[key], self._pdf.String):
                plain = plain_path(str(thing[key]).encode("utf-8", "replace"))
                if plain is not None:
                    self._facts.add_facts(("absolute_paths",), "attachment")
                    thing[key] = self._pdf.String(plain.decode("utf-8", "replace"))

    def _notes(self, page: Any) -> None:
        """Notes that stick on a page, and the windows that they open in, leave it."""
        held = page.get("/Annots")
        if not isinstance(held, self._pdf.Array):
            return
        kept = [each for each in held if not (isinstance(each, self._pdf.Dictionary) and _subtype(each) in _NOTES)]
        if len(kept) != len(held):
            self._facts.count("comments", sum(_subtype(each) == "/Text" for each in held) or 1)
            page.Annots = self._pdf.Array(kept)

    def _annotation(self, thing: Any) -> None:
        told = [key for key in _OF_AUTHOR if key in thing]
        if "/Contents" in thing and _subtype(thing) != "/FreeText" and str(thing.get("/Contents")).strip():
            told.append("/Contents")
        for key in told:
            self._facts.add_facts((_OF_AUTHOR.get(key, "comments"),), "annotation")
            del thing[key]
        if "/Popup" in thing:
            del thing["/Popup"]

    def _stream(self, thing: Any, keys: frozenset[str]) -> None:
        if "/Params" in keys and isinstance(thing.get("/Params"), self._pdf.Dictionary):
            for key in ("/CreationDate", "/ModDate", "/Mac"):
                if key in thing.Params:
                    self._facts.add_facts(("dates",), "attachment")
                    del thing.Params[key]
        if str(thing.get("/Filter")) == "/DCTDecode":
            self._jpeg(thing)

    def _jpeg(self, thing: Any) -> None:
        raw = thing.read_raw_bytes()
        source = source_of(raw)
        try:
            blocks = list(cut_jpeg(source)) if raw.startswith(b"\xff\xd8\xff") and len(raw) <= _MOST_JPEG else []
        except CutFailed:
            return  # a picture that is cut off is shown as far as it goes
        if any(block.instead is not None for block in blocks):
            for block in blocks:
                note_block(self._facts, block._replace(where="picture"))
            plain = b"".join(raw[each.start : each.end] if each.instead is None else each.instead for each in blocks)
            thing.write(plain, filter=thing.Filter, decode_parms=thing.get("/DecodeParms"))


def _subtype(thing: Any) -> str:
    return str(thing.get("/Subtype")) if hasattr(thing, "get") else ""
