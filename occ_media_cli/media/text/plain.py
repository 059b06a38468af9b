"""Text that is text already: decoded piece by piece, cut between lines."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from occ_media_cli.media.kinds import text as kind
from occ_media_cli.media.source import FileSource
from occ_media_cli.media.text.passage import LENGTH, MOST_CHARACTERS, Passage, UnreadText

_EIGHT_BIT = "cp1252"
"""What a text of an unnamed 8-bit encoding is read as: digits and Latin letters are right in nearly all of them."""


def read_text(source: FileSource) -> Iterator[Passage | UnreadText]:
    """A text file, line by line, in the encoding that its recogniser finds."""
    found = kind.recognise(source)
    encoding = str(found.facts["encoding"]) if found is not None else "8-bit"
    decoder = codecs.getincrementaldecoder(_EIGHT_BIT if encoding == "8-bit" else encoding)("replace")
    held, line, characters, goes_on = "", 1, 0, False
    for at in range(0, source.size, LENGTH):
        if characters > MOST_CHARACTERS:
            yield UnreadText(
                "", f"its text behind line {line:,} is beyond the {MOST_CHARACTERS:,} characters that are read"
            )
            return
        held += decoder.decode(source.data[at : at + LENGTH], at + LENGTH >= source.size)
        last = at + LENGTH >= source.size
        cut = len(held) if last or len(held) > 2 * LENGTH else held.rfind("\n") + 1
        if cut:
            text, held = held[:cut], held[cut:]
            yield Passage(text, line=line, goes_on=goes_on)
            line += text.count("\n")
            characters += len(text)
            goes_on = True
    if held:
        yield Passage(held, line=line, goes_on=goes_on)
