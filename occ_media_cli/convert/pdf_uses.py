"""How large a PDF shows each of its pictures: the matrices of its content streams, multiplied (ISO 32000-1, 8.3.4).

Pages, forms in forms, soft masks, patterns and the looks of annotations are followed. A picture of which a use cannot
be read is none that is known, so that nobody makes it smaller than it is shown.
"""

from __future__ import annotations

from math import hypot, isfinite
from typing import Any, NamedTuple

from occ_media_cli.convert.flate import inflate_bounded
from occ_media_cli.convert.goal import CannotFit
from occ_media_cli.convert.libraries import library
from occ_media_cli.convert.pdf_document import MOST_UNPACKED

Matrix = tuple[float, float, float, float, float, float]
ObjectId = tuple[int, int]

_ONE: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_OPERATORS = "q Q cm Do gs scn SCN"
_MOST_DEPTH = 28
_MOST_WALKS = 50_000
_MOST_STEPS = 4_000_000
_MOST_STREAM = 64_000_000
_MOST_REMEMBERED = 200_000
_LARGEST = 1_000_000.0
"""Points of the longer side of a use that is believed."""

Step = tuple[str, str, Matrix]
"""One instruction that matters: its operator, the name that it takes, its matrix."""


class Shown(NamedTuple):
    """The sides of a picture as it is shown at its largest, in points of 1/72 inch."""

    wide: float
    high: float


class _Unread(Exception):
    """A content stream that cannot be read."""


def find_uses(document: Any) -> dict[ObjectId, Shown]:
    """The largest use of each picture whose uses are all known. Raises `CannotFit` for a document of endless forms."""
    walk = _Walk()
    for page in document.pages:
        walk.read_page(page.obj)
    return {key: shown for key, shown in walk.found.items() if key not in walk.unknown and _is_believed(shown)}


def _is_believed(shown: Shown) -> bool:
    return isfinite(shown.wide + shown.high) and 1 <= max(shown) <= _LARGEST


def multiply(one: Matrix, other: Matrix) -> Matrix:
    """The matrix that does the one, then the other."""
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


class _Walk:
    """The pages of one document, and everything that is drawn on them."""

    def __init__(self) -> None:
        self._pdf = library("pikepdf", "pikepdf")
        self.found: dict[ObjectId, Shown] = {}
        self.unknown: set[ObjectId] = set()
        self._steps: dict[ObjectId, list[Step]] = {}
        self._walked: set[tuple[ObjectId, ObjectId, tuple[float, ...]]] = set()
        self._fonts: set[ObjectId] = set()
        self._walks, self._taken, self._bytes, self._remembered = 0, 0, 0, 0

    def read_page(self, page: Any) -> None:
        """Everything that one page shows."""
        resources = _inherited(page, "/Resources")
        unit = float(page.get("/UserUnit", 1))
        base: Matrix = (unit, 0.0, 0.0, unit, 0.0, 0.0)
        contents = page.get("/Contents")
        if contents is not None:
            self._run(contents, resources, base, base, frozenset())
        for each in page.get("/Annots", ()):
            self._read_annotation(each, base)

    def _read_annotation(self, each: Any, base: Matrix) -> None:
        """The looks of an annotation are forms that are stretched into its rectangle."""
        if not isinstance(each, self._pdf.Dictionary) or not isinstance(each.get("/AP"), self._pdf.Dictionary):
            return
        waiting = [look for _, look in each.AP.items()]
        while waiting:
            look = waiting.pop()
            if isinstance(look, self._pdf.Stream):
                left, low, right, high = (float(number) for number in each.Rect)
                box = [float(number) for number in look.get("/BBox", (0, 0, 1, 1))]
                own = _matrix_of(look)
                wide = hypot((box[2] - box[0]) * own[0], (box[2] - box[0]) * own[1]) or 1.0
                tall = hypot((box[3] - box[1]) * own[2], (box[3] - box[1]) * own[3]) or 1.0
                most = max(abs(right - left) / wide, abs(high - low) / tall)  # it may lie across
                self._draw_form(look, None, multiply((most, 0.0, 0.0, most, 0.0, 0.0), base), frozenset())
            elif isinstance(look, self._pdf.Dictionary) and len(waiting) < 1_000:
                waiting += [inner for _, inner in look.items() if isinstance(inner, self._pdf.Stream)]

    def _draw_form(self, form: Any, outer: Any, matrix: Matrix, inside: frozenset[ObjectId]) -> None:
        """A form, a pattern or a soft mask; without resources of its own it takes those around it, as readers do."""
        if form.objgen in inside or len(inside) > _MOST_DEPTH:
            return
        resources = form.get("/Resources", outer)
        base = multiply(_matrix_of(form), matrix)
        key = (form.objgen, getattr(resources, "objgen", (0, 0)), tuple(round(each, 2) for each in base[:4]))
        if key in self._walked:
            return
        self._walked.add(key)
        self._run(form, resources, base, base, inside | {form.objgen})

    def _run(self, content: Any, resources: Any, matrix: Matrix, base: Matrix, inside: frozenset[ObjectId]) -> None:
        self._walks += 1
        if self._walks > _MOST_WALKS:
            raise CannotFit("damaged", "its pages draw other drawings without end")
        if not isinstance(resources, self._pdf.Dictionary):
            return
        self._leave_fonts(resources)
        try:
            steps = self._read(content)
        except _Unread:
            self._leave_pictures(resources, 0)
            return
        stack: list[Matrix] = []
        for operator, name, by in steps:
            if operator == "q":
                stack.append(matrix)
            elif operator == "Q":
                matrix = stack.pop() if stack else matrix
            elif operator == "cm":
                matrix = multiply(by, matrix)
            elif operator == "Do":
                self._draw(_named(resources, "/XObject", name), resources, matrix, inside)
            elif operator == "gs":
                mask = _named(resources, "/ExtGState", name)
                mask = mask.get("/SMask") if isinstance(mask, self._pdf.Dictionary) else None
                if isinstance(mask, self._pdf.Dictionary) and isinstance(mask.get("/G"), self._pdf.Stream):
                    self._draw_form(mask.G, resources, matrix, inside)
            elif isinstance(pattern := _named(resources, "/Pattern", name), self._pdf.Stream):
                self._draw_form(pattern, resources, base, inside)

    def _draw(self, thing: Any, resources: Any, matrix: Matrix, inside: frozenset[ObjectId]) -> None:
        if not isinstance(thing, self._pdf.Stream):
            return
        if str(thing.get("/Subtype")) == "/Form":
            self._draw_form(thing, resources, matrix, inside)
        elif str(thing.get("/Subtype")) == "/Image":
            before = self.found.get(thing.objgen, Shown(0.0, 0.0))
            wide, high = hypot(matrix[0], matrix[1]), hypot(matrix[2], matrix[3])
            self.found[thing.objgen] = Shown(max(before.wide, wide), max(before.high, high))

    def _leave_fonts(self, resources: Any) -> None:
        """The glyphs of a font may be drawings (Type 3), and how large a text is set is not followed."""
        fonts = resources.get("/Font")
        for _, font in fonts.items() if isinstance(fonts, self._pdf.Dictionary) else ():
            if isinstance(font, self._pdf.Dictionary) and font.objgen not in self._fonts:
                self._fonts.add(font.objgen)
                if str(font.get("/Subtype")) == "/Type3":
                    self._leave_pictures(font.get("/Resources"), 0)

    def _leave_pictures(self, resources: Any, depth: int) -> None:
        """Every picture that the resources name, also in forms, has a use that is not known."""
        if not isinstance(resources, self._pdf.Dictionary):
            return
        for things in (resources.get("/XObject"), resources.get("/Pattern")):
            for _, thing in things.items() if isinstance(things, self._pdf.Dictionary) else ():
                if not isinstance(thing, self._pdf.Stream) or thing.objgen in self.unknown:
                    continue
                self.unknown.add(thing.objgen)
                if depth < _MOST_DEPTH:
                    self._leave_pictures(thing.get("/Resources"), depth + 1)

    def _read(self, content: Any) -> list[Step]:
        """The instructions of a content stream that matter. Raises `_Unread`."""
        key: ObjectId = content.objgen
        if key in self._steps and key != (0, 0):
            steps = self._steps[key]
        else:
            steps = self._parse(content)
            if self._remembered + len(steps) <= _MOST_REMEMBERED:
                self._remembered += len(steps)
                self._steps[key] = steps
        self._taken += len(steps)
        if self._taken > _MOST_STEPS:
            raise CannotFit("damaged", "its pages draw other drawings without end")
        return steps

    def _parse(self, content: Any) -> list[Step]:
        parts = list(content) if isinstance(content, self._pdf.Array) else [content]
        plain = b"\n".join(self._unpacked(part) for part in parts if isinstance(part, self._pdf.Stream))
        if b"Do" not in plain and b"gs" not in plain and b"scn" not in plain and b"SCN" not in plain:
            return []
        try:
            with self._pdf.new() as alone:  # a stream of the document itself would be one of its objects
                found = self._pdf.parse_content_stream(alone.make_stream(plain), _OPERATORS)
                return [_step_of(each) for each in found]
        except (self._pdf.PdfError, RuntimeError, ValueError, TypeError) as error:
            raise _Unread from error

    def _unpacked(self, part: Any) -> bytes:
        """The bytes of a part of a content stream; of other filters than Flate, qpdf undoes what it knows."""
        raw = bytes(part.read_raw_bytes())
        plain: bytes | None = raw
        if "/Filter" not in part:
            pass
        elif str(part.Filter) == "/FlateDecode" and "/DecodeParms" not in part:
            plain = inflate_bounded(raw, _MOST_STREAM) if raw else raw
        else:
            try:
                plain = bytes(part.read_bytes())
            except (self._pdf.PdfError, RuntimeError) as error:
                raise _Unread from error
        if plain is None:
            raise _Unread
        self._bytes += len(plain)
        if self._bytes > MOST_UNPACKED:
            raise CannotFit("damaged", f"what its pages draw has more than {MOST_UNPACKED:,} bytes")
        return plain


def _step_of(instruction: Any) -> Step:
    operator, operands = str(instruction.operator), instruction.operands
    if operator == "cm":
        a, b, c, d, e, f = (float(each) for each in operands)
        return operator, "", (a, b, c, d, e, f)
    return operator, str(operands[-1]) if len(operands) else "", _ONE


def _matrix_of(form: Any) -> Matrix:
    listed = form.get("/Matrix")
    if listed is None or len(listed) != 6:
        return _ONE
    a, b, c, d, e, f = (float(each) for each in listed)
    return a, b, c, d, e, f


def _named(resources: Any, kind: str, name: str) -> Any:
    listed = resources.get(kind)
    return listed.get(name) if hasattr(listed, "get") and name.startswith("/") else None


def _inherited(page: Any, key: str) -> Any:
    """A value of a page that may stand in the nodes above it."""
    for _ in range(64):
        if key in page:
            return page[key]
        page = page.get("/Parent")
        if page is None:
            break
    return None
