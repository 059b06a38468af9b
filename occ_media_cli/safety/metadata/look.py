"""Look at a file with what is known of its kind."""

from __future__ import annotations

from occ_media_cli.media.source import FileSource
from occ_media_cli.safety.found import Looked
from occ_media_cli.safety.metadata.block import CutFailed
from occ_media_cli.safety.metadata.cuts import CUTS, LIKE_PACKAGES, PDF, cut_of
from occ_media_cli.safety.metadata.told_facts import ToldFacts, note_block


def find_metadata(source: FileSource, type: str | None) -> Looked:  # noqa: A002 - a word of the field
    """The facts that a file tells of itself, by name, and `location-metadata` where a place is among them.

    Facts are never values: a name of a person is `author: True`. Numbers count, as in `earlier_versions: 2`. A type
    that is not known here has no facts and is `unread`.
    """
    facts = ToldFacts()
    try:
        if type in CUTS:
            for block in cut_of(type)(source):
                note_block(facts, block)
        elif type in LIKE_PACKAGES:
            from occ_media_cli.safety.metadata.office.package_parts import clean_package

            for _ in clean_package(source, facts):
                pass
        elif type == PDF:
            from occ_media_cli.safety.metadata.pdf_clean import clean_pdf, open_pdf

            with open_pdf(source) as document:
                clean_pdf(document, source, facts)
        else:
            facts.unread.append(("", "what it tells of itself is not known for its type"))
    except CutFailed as error:
        facts.unread.append(("", str(error)))
    return facts.looked()
