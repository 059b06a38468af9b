"""Parts as a package again: one order, one time, one way of packing, so that the archive itself tells nothing."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

_LEVEL = 6


def pack_parts(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """A ZIP archive of parts in their order, of the first day that such an archive can name."""
    from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for name, content in parts:
            member = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            member.create_system, member.external_attr, member.compress_type = 3, 0, ZIP_DEFLATED
            archive.writestr(member, content)
    return written.getvalue()
