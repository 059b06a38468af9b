"""What a scan says of one file: all that the worker and the antivirus found, put together as one verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from occ_media_cli.media.problems import BY_HAND, help_for_unread
from occ_media_cli.media.travel import unpack
from occ_media_cli.safety.checks import CHECKS, LOCATION
from occ_media_cli.safety.codes import FAMILIES, UNSEEN, family_of
from occ_media_cli.safety.found import Found
from occ_media_cli.safety.sensitive.masked import mask_values
from occ_media_cli.sandbox.pool import Failed
from occ_media_cli.values import value
from occ_media_cli.vocabulary import SEVERITIES, ScanVerdict

if TYPE_CHECKING:
    from occ_media_cli.media.recognition import Recognition
    from occ_media_cli.safety.antivirus import Scanned
    from occ_media_cli.safety.strip import Stripped
    from occ_media_cli.sandbox.still import StillCopies

MOST_UNSEEN = 20
"""So many parts of a file that nobody looked at are named; the rest is counted."""

NOTHING_TOLD: Mapping[str, bool | int | str] = {"location": False, "author": False, "earlier_versions": 0}
"""What is said of a file that was looked at whole and tells nothing of itself."""


@value
class ScanResult:
    """What a scan says of one file.

    tag: whoever asked for it, such as a path. verdict: of `SCAN_VERDICTS`. antivirus: `clean`, `infected`,
    `not-scanned` or `off`. parts: how many parts inside the antivirus judged. found: worst first, with a `not-scanned`
    for each part that somebody passed over. metadata: facts that it tells of itself, never values; None where nobody
    looked, and without what a part that was passed over could tell. labels: names of
    sensitivity labels. known: what it was recognised as, None where it could not be read. stripped: its copy without
    metadata, where one was asked for; refused: why there is none. fd: its descriptor, open until the next file is asked
    for, -1 where it has none.
    """

    tag: Any
    verdict: ScanVerdict
    antivirus: str
    type: str | None = None
    size: int | None = None
    sha256: str | None = None
    parts: int = 0
    found: tuple[Found, ...] = ()
    metadata: Mapping[str, bool | int | str] | None = None
    labels: tuple[str, ...] = ()
    known: Recognition | None = None
    stripped: Stripped | None = None
    refused: str | None = None
    fd: int = -1

    @property
    def unseen(self) -> tuple[Found, ...]:
        """What nobody looked at."""
        return tuple(each for each in self.found if each.code in UNSEEN)

    def families(self) -> Mapping[str, tuple[Found, ...]]:
        """What was found, by what a gate and an audit know it as; harmless kinds of active content and unsure text are
        left out."""
        found: dict[str, tuple[Found, ...]] = {}
        for each in self.found:
            family = family_of(each.code)
            if family in FAMILIES and (each.severity != "note" or family == LOCATION):
                found[family] = (*found.get(family, ()), each)
        return found


class FileUnderWay:
    """A file on its way: who asked for it, its descriptor for those who look at it after the workers did, and what
    these said."""

    __slots__ = ("_copies", "fd", "result", "size", "tag")

    def __init__(self, tag: object, fd: int, size: int, copies: StillCopies) -> None:
        self.tag, self.fd, self.size, self._copies = tag, fd, size, copies
        self.result: Any = None

    def close(self) -> None:
        """Let go of the file, where it has one."""
        if self.fd >= 0:
            self._copies.close(self.fd)
            self.fd = -1


def judge_file(item: FileUnderWay, verdict: Scanned | None, antivirus: str) -> ScanResult:
    """What all checks together say of a file. verdict: of the antivirus, None where it was not asked."""
    found = list(verdict.found) if verdict is not None else []
    unread = [("antivirus", *each) for each in verdict.unread] if verdict is not None else []
    size = item.size if item.size >= 0 else None
    if isinstance(item.result, Failed):
        code = "unreadable" if item.fd < 0 else "not-scanned"
        path = item.tag if isinstance(item.tag, bytes) else None
        found.append(Found(code, "error", item.result.reason, "", help_for_unread(item.result.reason, path)))
        return ScanResult(
            item.tag, "infected" if antivirus == "infected" else "not-scanned",
            "not-scanned" if antivirus == "clean" else antivirus,
            size=size, parts=verdict.parts if verdict else 0, found=_in_order([*found, *_unseen(unread)]),
        )  # fmt: skip
    packed, sha256, said, copy = item.result
    known = unpack(packed)
    metadata: dict[str, bool | int | str] | None = None
    labels: tuple[str, ...] = ()
    for name, (some, missed, facts) in said:
        found += [_worded(Found(*each)) for each in some]
        unread += [(CHECKS[name].words, *each) for each in missed]
        if name == "metadata":
            metadata = dict(facts) or None if missed else {**NOTHING_TOLD, **dict(facts)}
        elif name == "sensitive":
            labels = tuple(mask_values(each) for each in str(dict(facts).get("labels") or "").splitlines())
    found += _unseen(unread)
    return ScanResult(
        item.tag, _verdict(antivirus, found), antivirus, known.type, size, sha256,
        verdict.parts if verdict is not None else 0, _in_order(found), metadata, labels, known,
        _copy_of(copy), copy if isinstance(copy, str) else None, item.fd,
    )  # fmt: skip


def _worded(found: Found) -> Found:
    """A find whose help reads as that of every problem does: no capital, no full stop."""
    first = found.help[:2]
    begin = found.help[:1].lower() if first[1:2].islower() or len(first) == 1 else found.help[:1]
    return found._replace(help=f"{begin}{found.help[1:].removesuffix('.')}")


def _copy_of(copy: tuple[Any, ...] | str | None) -> Stripped | None:
    if copy is None or isinstance(copy, str):
        return None
    from occ_media_cli.safety.strip import Stripped

    return Stripped(*copy)


def _verdict(antivirus: str, found: Sequence[Found]) -> ScanVerdict:
    if antivirus == "infected" or any(each.code == "infected-file" for each in found):
        return "infected"
    if antivirus == "not-scanned" or any(each.code in UNSEEN for each in found):
        return "not-scanned"
    return "flagged" if any(each.severity != "note" for each in found) else "clean"


def _unseen(unread: Sequence[tuple[str, str, str]]) -> list[Found]:
    """What nobody looked at, as problems: each part once, whoever passed over it."""
    by_place: dict[str, tuple[str, str]] = {}
    for who, where, reason in unread:
        by_place.setdefault(where, (who, reason))
    found = [
        Found("not-scanned", "error", f"{who}: {reason}", where, BY_HAND)
        for where, (who, reason) in list(by_place.items())[:MOST_UNSEEN]
    ]
    if len(by_place) > MOST_UNSEEN:
        found.append(Found("not-scanned", "error", f"{len(by_place) - MOST_UNSEEN:,} parts more", "", BY_HAND))
    return found


def _in_order(found: Sequence[Found]) -> tuple[Found, ...]:
    """Worst first, as they were found within a severity; malware before all. Places and words are of names that others
    chose, so values in them are masked here, whoever told them."""
    masked = [
        each._replace(message=mask_values(each.message), where=mask_values(each.where), help=mask_values(each.help))
        for each in found
    ]
    return tuple(sorted(masked, key=lambda each: (each.code != "infected-file", -SEVERITIES.index(each.severity))))
