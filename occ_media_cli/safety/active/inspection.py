"""One file being looked at: what was found in it, what was passed over, and how much more it may cost.

A document inside of a document is looked at with the same limits: they are of the whole file.
"""

from __future__ import annotations

from collections.abc import Callable

from occ_media_cli.media.source import FileSource, source_of
from occ_media_cli.report.words import plural
from occ_media_cli.safety.active.codes import CODES
from occ_media_cli.safety.active.contents import HEAD, document_kind
from occ_media_cli.safety.found import Found, Looked
from occ_media_cli.vocabulary import Severity

MOST_BYTES = 96_000_000
"""Bytes that are unpacked and decoded of one file, all documents inside of it together."""

MOST_PART = 24_000_000
"""Bytes of one part."""

MOST_STEPS = 1_000_000
"""What may be read of one file, in steps of about a millionth of a second: a record is one, a field of Word is five."""

MOST_DEPTH = 4
"""Documents inside of documents."""

MOST_PASSED = 400_000_000
"""Bytes that are searched for a word as they are unpacked, and let go of."""

_MOST_OF_A_CODE = 20
_MOST_UNREAD = 50


class Inspection:
    """What is known of a file so far.

    below: the part that is being looked at, for a document inside of a document. inspect: what looks at a document of a
    kind (`documents.inspect`), for those that are found inside.
    """

    def __init__(self, inspect: Callable[[Inspection, FileSource, str], None]) -> None:
        self._inspect = inspect
        self.below = ""
        self.depth = 0
        self._bytes = MOST_BYTES
        self._passed = MOST_PASSED
        self._steps = MOST_STEPS
        self._found: dict[tuple[str, str, str], tuple[str, int]] = {}
        self._of_code: dict[str, int] = {}
        self._left_out: dict[tuple[str, str], tuple[str, int]] = {}
        self._unread: dict[tuple[str, str], None] = {}

    def tell(self, code: str, message: str, where: str = "", severity: Severity | None = None) -> None:
        """Something was found. The same thing in several places is told once, with its first place and their number."""
        level = (severity or CODES[code].severity).value
        key = (code, level, message)
        if key in self._found:
            place, times = self._found[key]
            self._found[key] = (place, times + 1)
        elif self._of_code.get(code, 0) < _MOST_OF_A_CODE:
            self._of_code[code] = self._of_code.get(code, 0) + 1
            self._found[key] = (self.full_place(where), 1)
        else:
            place, times = self._left_out.get((code, level), (self.full_place(where), 0))
            self._left_out[code, level] = (place, times + 1)

    def has(self, code: str) -> bool:
        """Whether something of a code was found."""
        return code in self._of_code

    def pass_over(self, where: str, reason: str) -> None:
        """A part could not be looked at."""
        if len(self._unread) < _MOST_UNREAD:
            self._unread[self.full_place(where), reason] = None

    def full_place(self, where: str) -> str:
        """A part with the parts that it lies in: `word/embeddings/a.xlsx > xl/vbaProject.bin`."""
        return " > ".join(part for part in (self.below, where) if part)

    def look_into(self, content: bytes, where: str) -> bool:
        """Look at a document inside of the document. False: it is of no kind that is looked into."""
        kind = document_kind(content[:HEAD])
        if kind is None:
            return False
        self.look_at_part(source_of(content), where, self._inspect, kind)
        return True

    def look_at_part(
        self, part: FileSource, where: str, inspect: Callable[[Inspection, FileSource, str], None], kind: str = ""
    ) -> None:
        """Look at a file inside of the file by `inspect`, with the limits of the whole."""
        if self.depth >= MOST_DEPTH:
            self.pass_over(where, f"it lies more than {MOST_DEPTH} documents deep")
            return
        before, self.below, self.depth = self.below, self.full_place(where), self.depth + 1
        try:
            inspect(self, part, kind)
        finally:
            self.below, self.depth = before, self.depth - 1

    def afford(self, length: int, where: str) -> bool:
        """Whether so many bytes may be unpacked too. If not, that is noted as unread."""
        if length > MOST_PART:
            self.pass_over(where, f"it has {length:,} bytes; at most {MOST_PART:,} of a part are looked at")
            return False
        if length > self._bytes:
            self.pass_over(where, f"more than {MOST_BYTES:,} bytes would be unpacked")
            return False
        self._bytes -= length
        return True

    def afford_passing(self, length: int, where: str) -> bool:
        """Whether so many bytes may be searched as they are unpacked. If not, that is noted as unread."""
        if length > self._passed:
            self.pass_over(where, f"more than {MOST_PASSED:,} bytes would be unpacked")
            return False
        self._passed -= length
        return True

    def step(self, where: str = "", cost: int = 1) -> bool:
        """Whether one more record may be read. If not, that is noted as unread. cost: in steps, see `MOST_STEPS`."""
        self._steps -= cost
        if self._steps < 0:
            self.pass_over(where, "it has more records than are looked at")
            return False
        return True

    def looked(self) -> Looked:
        """What is known, errors first; things of one severity in the order in which they were met."""
        found = [
            Found(code, level, _times(message, times), place, CODES[code].fix)
            for (code, level, message), (place, times) in self._found.items()
        ]
        found += [
            Found(code, level, f"{plural(times, 'more thing')} of this kind", place, CODES[code].fix)
            for (code, level), (place, times) in self._left_out.items()
        ]
        found.sort(key=lambda each: -Severity(each.severity).rank)
        return Looked(tuple(found), tuple(self._unread))


def _times(message: str, times: int) -> str:
    return message if times == 1 else f"{message} ({times:,} times)"
