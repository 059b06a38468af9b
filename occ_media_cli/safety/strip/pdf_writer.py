"""A PDF without what it tells, written anew: its pages, their text and pictures are the same objects."""

from __future__ import annotations

from io import BytesIO

from occ_media_cli.media.source import FileSource
from occ_media_cli.safety.metadata.block import CutFailed
from occ_media_cli.safety.metadata.pdf_clean import clean_pdf, open_pdf
from occ_media_cli.safety.metadata.told_facts import ToldFacts


def write_pdf(source: FileSource, facts: ToldFacts) -> bytes:
    """The document. Raises `CutFailed` for one that is encrypted, signed or has no pages."""
    written = BytesIO()
    with open_pdf(source) as document:
        if document.is_encrypted:
            raise CutFailed("it is encrypted")
        if not len(document.pages):
            raise CutFailed("it is damaged: it has no page")
        if clean_pdf(document, source, facts):
            raise CutFailed("it is signed, and the signature would not hold for a copy")
        document.save(written, deterministic_id=True, fix_metadata_version=False)
    return written.getvalue()
