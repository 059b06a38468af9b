"""Look for sensitive text in a file: the check itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from occ_media_cli.media.source import FileSource
from occ_media_cli.safety.found import Looked
from occ_media_cli.values import EMPTY


class OwnPattern(NamedTuple):
    """What an operator looks for. severity: `error`, `warning` or `note`."""

    name: str
    pattern: str
    severity: str = "warning"


class OwnLabel(NamedTuple):
    """What an operator knows of a sensitivity label. severity: as of a pattern; empty for a label that is no finding."""

    name: str
    severity: str = "warning"


def sensitive_text(
    source: FileSource,
    type: str | None,  # noqa: A002 - a word of the field
    *,
    words: Sequence[str] | None = None,
    patterns: Sequence[OwnPattern] = (),
    labels: Mapping[str, OwnLabel] = EMPTY,
) -> Looked:
    """What the text of a file holds that must not leave.

    type: what `media.recognise` says. words: the classification words to look for; None for those built in. patterns:
    those of the operator. labels: by the GUID of a sensitivity label, in small letters.

    Codes are those of `codes.CODES`; the confidence stands at the beginning of each message, and the severity follows
    from it by `codes.SEVERITIES`. A message holds masked values only. Facts: `labels`, the names of sensitivity labels
    (or their GUIDs), each on a line of its own; `characters`, how many were read.
    """
    raise NotImplementedError
