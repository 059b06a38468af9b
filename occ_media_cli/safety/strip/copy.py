"""Make the copy, then look at it as at any file: the same type, nothing wrong with it, and nothing that it tells."""

from __future__ import annotations

import hashlib

from occ_media_cli.media import trailing
from occ_media_cli.media.foreign import DESCRIBED
from occ_media_cli.media.recognise import by_structure
from occ_media_cli.media.recognition import Structure
from occ_media_cli.media.source import FileSource, source_of
from occ_media_cli.safety.metadata.block import CutFailed
from occ_media_cli.safety.metadata.cuts import CUTS, PACKAGES, PDF, cut_of
from occ_media_cli.safety.metadata.look import find_metadata
from occ_media_cli.safety.metadata.told_facts import KEPT, ToldFacts, note_block
from occ_media_cli.safety.strip.pieces import Piece, Pieces, join_pieces
from occ_media_cli.safety.strip.stripped import Stripped, StripRefused

MOST_BYTES = 256 * 1024 * 1024
"""Bytes of an original: more than twice the largest that the product takes. A copy is held in memory once."""

_WRONG = frozenset(("damaged", "cut-short", "type-mismatch"))
_REFUSED = frozenset(("damaged", "type-mismatch", "password-protected"))
_INDEXED = frozenset(("mp4", "m4a", "3gp", "mov", "m4v", "3g2", "f4v"))
"""Types with a table of where their content is: one that is cut off lacks some of it, and players guess the rest."""


def copy_of(source: FileSource, type: str | None) -> Stripped:  # noqa: A002 - a word of the field
    """See `strip`."""
    if type is None or not (type in CUTS or type in PACKAGES or type == PDF):
        what = DESCRIBED[type].description if type in DESCRIBED else "a file of a type that is not known"
        raise StripRefused(f"it is {what}, and there is no way to take metadata out of one")
    if source.size > MOST_BYTES:
        raise StripRefused(f"it has {source.size:,} bytes; a copy is made of at most {MOST_BYTES:,}")
    before = _recognised(source, type, "it is damaged: ",
                         _REFUSED | {"cut-short"} if type in _INDEXED else _REFUSED)  # fmt: skip
    facts = ToldFacts()
    try:
        pieces = _pieces(source, type, facts)
    except CutFailed as error:
        raise StripRefused(str(error)) from error
    if facts.told.pop("signed", False):
        raise StripRefused("it is signed, and the signature would not hold for a copy")
    copy = join_pieces(pieces, source)
    made = source_of(copy, source.claimed)
    after = _recognised(made, type, "the copy would be damaged: ", _WRONG - {seen.code for seen in before.observations})
    if (after.facts.get("width"), after.facts.get("height")) != (before.facts.get("width"), before.facts.get("height")):
        raise StripRefused("the copy would be of another size than the picture")
    left = find_metadata(made, type)
    rest = ", ".join(name for name, _ in left.facts if name not in KEPT)
    if "hidden_sheets" in dict(left.facts):
        raise StripRefused("it has sheets that are not shown, and others may use what is on them: show or delete them")
    if rest or left.unread or left.found:
        rest = rest or next((f"{part}: {why}" for part, why in left.unread), "a place")
        raise StripRefused(f"something would be left in the copy: {rest}")
    removed = tuple(sorted(facts.told.keys() - KEPT))
    return Stripped(pieces, len(copy), hashlib.sha256(copy).hexdigest(), removed)


def _pieces(source: FileSource, type: str, facts: ToldFacts) -> tuple[Piece, ...]:  # noqa: A002 - a word of the field
    pieces = Pieces()
    if type in CUTS:
        for block in cut_of(type)(source):
            note_block(facts, block)
            if block.instead is None:
                pieces.keep_span(block.start, block.end)
            else:
                pieces.put_bytes(block.instead)
    elif type in PACKAGES:
        from occ_media_cli.safety.strip.package_writer import write_package

        pieces.put_bytes(write_package(source, facts))
    else:
        from occ_media_cli.safety.strip.pdf_writer import write_pdf

        pieces.put_bytes(write_pdf(source, facts))
    return pieces.all_of_it()


def _recognised(source: FileSource, type: str, words: str, codes: frozenset[str]) -> Structure:  # noqa: A002 - as above
    """The structure of a file of the type. Raises `StripRefused` where it is another one or shows one of the codes."""
    found = by_structure(source)
    if found is not None:
        trailing.look_behind(found, source)
    seen = found.observations if found is not None else []
    locked = next((each.message for each in seen if each.code == "password-protected"), None)
    if locked is not None and "password-protected" in codes:
        raise StripRefused(f"it is encrypted: {locked}")
    if found is None or found.type != type:
        raise StripRefused(words + (seen[0].message if seen else "it is of another type"))
    if (wrong := next((each.message for each in seen if each.code in codes), None)) is not None:
        raise StripRefused(words + wrong)
    return found
