"""Which reader looks at which bytes: the way into a file, and into every document inside of it."""

from __future__ import annotations

import struct
import zlib

from occ_media_cli.media.readers.cfb import CfbBroken
from occ_media_cli.media.readers.zipfiles import ZipBroken
from occ_media_cli.media.source import FileSource
from occ_media_cli.safety.active.inspection import Inspection

_BROKEN = (
    ArithmeticError, AttributeError, CfbBroken, LookupError, MemoryError, RecursionError, TypeError, ValueError,
    ZipBroken, struct.error, zlib.error,
)  # fmt: skip
"""What a reader meets in a structure that contradicts itself in a way that nobody has thought of."""


def inspect(look: Inspection, source: FileSource, kind: str) -> None:
    """Look at a document of a kind of `document_kind`. What breaks a reader is noted as unread."""
    try:
        if kind == "zip":
            from occ_media_cli.safety.active.archive import inspect_zip

            inspect_zip(look, source)
        elif kind == "ole":
            from occ_media_cli.safety.active.compound import inspect_compound

            inspect_compound(look, source)
        elif kind == "pdf":
            from occ_media_cli.safety.active.pdf import inspect_pdf

            inspect_pdf(look, source)
        elif kind == "text":
            from occ_media_cli.safety.active.text import inspect_text

            inspect_text(look, source)
        else:
            from occ_media_cli.safety.active.rtf import inspect_rtf

            inspect_rtf(look, source)
    except _BROKEN as error:
        look.pass_over("", f"its structure is broken ({type(error).__name__})")
