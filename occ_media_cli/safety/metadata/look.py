"""The facts of a file, gathered from what its kind says of it."""

from __future__ import annotations

from importlib import import_module

from occ_media_cli.media.source import FileSource
from occ_media_cli.safety.found import Found, Looked
from occ_media_cli.safety.metadata.block import Block, Cut, CutFailed

_KINDS = "occ_media_cli.safety.metadata.kinds."
CUTS: dict[str, tuple[str, str]] = {
    "jpg": ("jpeg", "cut"), "png": ("png", "cut"), "webp": ("webp", "cut"), "gif": ("gif", "cut"),
    "mp4": ("boxes", "cut"), "m4a": ("boxes", "cut"), "3gp": ("boxes", "cut"), "mov": ("boxes", "cut"),
    "m4v": ("boxes", "cut"), "3g2": ("boxes", "cut"), "f4v": ("boxes", "cut"),
    "mp3": ("sound", "cut"), "aac": ("sound", "cut"), "ogg": ("ogg", "cut"),
    "amr": ("sound", "cut_frames"), "txt": ("sound", "cut_bare"),
    "doc": ("ole", "cut"), "xls": ("ole", "cut"), "ppt": ("ole", "cut"),
}  # fmt: skip
"""Types that are read from one end to the other, with the module and the function that cut them into blocks."""

PACKAGES = frozenset(("docx", "xlsx", "pptx"))
PDF = "pdf"
KEPT = frozenset(("notes", "connections"))
"""Facts of what is content: a copy keeps it."""

HELP = "write a copy without it: `occ-media scan --strip DIR FILE`"


class Facts:
    """Facts as they are seen: those that are true, those that count, and where a place was told of."""

    def __init__(self) -> None:
        self.told: dict[str, bool | int] = {}
        self.places: list[str] = []
        self.unread: list[tuple[str, str]] = []

    def add(self, facts: tuple[str, ...] | frozenset[str], where: str = "") -> None:
        """Facts that are true. where: the part that tells them."""
        for fact in facts:
            self.told.setdefault(fact, True)
            if fact == "location" and where not in self.places:
                self.places.append(where)

    def count(self, fact: str, number: int = 1) -> None:
        """A fact that counts; nothing where there is none."""
        if number:
            self.told[fact] = int(self.told.get(fact, 0)) + number

    def looked(self) -> Looked:
        """What a check answers."""
        found = tuple(
            Found("location-metadata", "warning", "it tells where it was made", where, HELP) for where in self.places
        )
        return Looked(found, tuple(self.unread), tuple(sorted(self.told.items())))


def cut_of(type: str) -> Cut:  # noqa: A002 - a word of the field
    """The function that cuts files of a type."""
    module, name = CUTS[type]
    function: Cut = getattr(import_module(_KINDS + module), name)
    return function


def look_at(source: FileSource, type: str | None) -> Looked:  # noqa: A002 - a word of the field
    """See `metadata`."""
    facts = Facts()
    try:
        if type in CUTS:
            for block in cut_of(type)(source):
                note_block(facts, block)
        elif type in PACKAGES:
            from occ_media_cli.safety.metadata.office.package import clean_package

            for _ in clean_package(source, facts):
                pass
        elif type == PDF:
            from occ_media_cli.safety.metadata.pdf import clean_pdf, open_pdf

            with open_pdf(source) as document:
                clean_pdf(document, source, facts)
        else:
            facts.unread.append(("", "what it tells of itself is not known for its type"))
    except CutFailed as error:
        facts.unread.append(("", str(error)))
    return facts.looked()


def note_block(facts: Facts, block: Block) -> None:
    """Add what a block tells, where it would not stay as it is."""
    if block.instead is not None and block.facts:
        facts.add(block.facts, block.where)
