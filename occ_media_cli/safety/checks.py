"""The checks of a scan besides the antivirus: one row each, from which everybody else knows them.

A check is a pure function `(FileSource, type) -> Looked`. What it needs is loaded where it is asked, in a worker.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from occ_media_cli.media.codes import Code
from occ_media_cli.safety.active import codes as of_active
from occ_media_cli.safety.metadata import codes as of_metadata
from occ_media_cli.safety.sensitive import codes as of_sensitive
from occ_media_cli.vocabulary import ScanCheck

if TYPE_CHECKING:
    from occ_media_cli.media.source import FileSource
    from occ_media_cli.safety.found import Looked
    from occ_media_cli.safety.scan_request import ScanRequest

Look = Callable[["FileSource", "str | None"], "Looked"]


class Check(NamedTuple):
    """What everybody has to know of a check.

    words: what it looks for, as people read it. family: the code of `media.codes` under which a gate and an audit know
    whatever it finds. codes: what it can say. look: the function, from what is asked and the path of the file.
    """

    words: str
    family: str
    codes: Mapping[str, Code]
    look: Callable[[ScanRequest, str], Look]


def _active(_: ScanRequest, path: str) -> Look:
    from occ_media_cli.safety.active.look import active_content

    return partial(active_content, name=path.rpartition("/")[2])


def _sensitive(request: ScanRequest, _: str) -> Look:
    from occ_media_cli.safety.sensitive.look import sensitive_text

    return partial(sensitive_text, words=request.words, patterns=request.patterns, labels=request.labels)


def _metadata(_: ScanRequest, __: str) -> Look:
    from occ_media_cli.safety.metadata.look import find_metadata

    return find_metadata


LOCATION = "location-metadata"

CHECKS: Mapping[ScanCheck, Check] = {
    "active": Check("active content", "active-content", of_active.CODES, _active),
    "sensitive": Check("sensitive text", "sensitive-content", of_sensitive.CODES, _sensitive),
    "metadata": Check("metadata", LOCATION, of_metadata.CODES, _metadata),
}
"""Every check, by the word of `vocabulary.ScanCheck` that asks for it alone."""
