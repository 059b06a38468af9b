"""An Office document without what it tells, as a new package."""

from __future__ import annotations

from occ_media_cli.media.readers.zipfiles import Archive, TooLarge, ZipBroken
from occ_media_cli.media.source import FileSource
from occ_media_cli.safety.metadata.block import CutFailed
from occ_media_cli.safety.metadata.office.pack import pack_parts
from occ_media_cli.safety.metadata.office.package_parts import clean_package
from occ_media_cli.safety.metadata.office.parts import SIGNED
from occ_media_cli.safety.metadata.told_facts import ToldFacts


def write_package(source: FileSource, facts: ToldFacts) -> bytes:
    """The package. Raises `CutFailed` for one that is signed."""
    try:
        if any(key.startswith(SIGNED) for key in Archive(source).keys):
            raise CutFailed("it is signed, and the signature would not hold for a copy")
    except (ZipBroken, TooLarge) as error:
        raise CutFailed(str(error)) from error
    return pack_parts(clean_package(source, facts))
