"""The code of what a file tells besides its content."""

from __future__ import annotations

from occ_media_cli.media.codes import Code
from occ_media_cli.vocabulary import Severity

CODES: dict[str, Code] = {
    "location-metadata": Code(Severity.NOTE, "A file that tells where it was made", "Send a copy without it."),
}
