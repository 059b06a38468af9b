"""What a file tells besides its content: where and with what it was made, by whom, and what was there before.

Each kind of file says once, in its module here, which bytes tell something and what belongs in their place; that is
what is looked at, and what `safety.strip` leaves out. A file without any of them has no facts.
"""

from __future__ import annotations

from occ_media_cli.media.codes import Code
from occ_media_cli.media.source import FileSource
from occ_media_cli.safety.found import Looked
from occ_media_cli.vocabulary import Severity

CODES: dict[str, Code] = {
    "location-metadata": Code(Severity.NOTE, "A file that tells where it was made", "Send a copy without it."),
}


def metadata(source: FileSource, type: str | None) -> Looked:  # noqa: A002 - a word of the field
    """The facts that a file tells of itself, by name, and `location-metadata` where a place is among them.

    ToldFacts are never values: a name of a person is `author: True`. Numbers count, as in `earlier_versions: 2`. A type
    that is not known here has no facts and is `unread`.
    """
    from occ_media_cli.safety.metadata.metadata_look import look_at

    return look_at(source, type)
