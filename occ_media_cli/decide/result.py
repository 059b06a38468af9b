"""What a check says about one file, and how it travels from a worker."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from occ_media_cli.decide.check import problems_for
from occ_media_cli.decide.policy import Policy
from occ_media_cli.media.judge import in_order, limit_of
from occ_media_cli.media.problems import Problem, help_for_unread, worst
from occ_media_cli.media.recognise import recognise
from occ_media_cli.media.travel import digest_of
from occ_media_cli.values import value
from occ_media_cli.vocabulary import Severity

if TYPE_CHECKING:
    from collections.abc import Callable

    from occ_media_cli.media.look import Seen
    from occ_media_cli.report.json_types import Json
    from occ_media_cli.safety.found import Found
    from occ_media_cli.safety.scan_result import ScanResult

_SEVERITIES = tuple(Severity)


@value
class FileResult:
    """One file of a check. limit: the one that holds for it, in bytes. facts: what was read in its structure."""

    path: bytes
    verdict: str
    type: str | None
    category: str | None
    media_type: str | None
    size: int | None
    limit: int | None
    problems: tuple[Problem, ...]
    facts: dict[str, Json]
    sha256: str | None = None

    @property
    def shown(self) -> str:
        """The path as text; bytes that are no text come back as lone surrogates."""
        return os.fsdecode(self.path)

    @property
    def worst(self) -> Severity | None:
        """The gravest problem."""
        return worst(self.problems)


def work_of(*policies: Policy) -> Callable[[int, int, str], tuple[object, ...]]:
    """The work of a worker: recognise one open file and judge it; it must pass every policy. It returns plain values,
    which travel fast."""
    hashed = any(policy.needs_hash for policy in policies)

    def look(fd: int, size: int, path: str) -> tuple[object, ...]:
        name = path.rpartition("/")[2]
        known = recognise(fd, size, name)
        sha256 = digest_of(fd) if hashed else None
        problems = in_order([each for policy in policies for each in problems_for(known, path, policy, sha256)])
        packed = [(each.code, each.severity.rank, each.message, each.help, each.channel) for each in problems]
        return (
            known.type, known.category, known.media_type, limit_of(known, name), packed, dict(known.facts), sha256,
        )  # fmt: skip

    return look


def result_of(seen: Seen) -> FileResult:
    """A file as a worker described it, or as it could not be looked at."""
    if seen.unreadable is not None:
        problem = unreadable(seen.unreadable, seen.path)
        return FileResult(seen.path, "not-checked", None, None, None, seen.size, None, (problem,), {})
    kind, category, media_type, limit, packed, facts, sha256 = seen.result
    problems = tuple([Problem(code, _SEVERITIES[rank], *rest) for code, rank, *rest in packed])
    verdict = "rejected" if any(each.severity is Severity.ERROR for each in problems) else "accepted"
    return FileResult(seen.path, verdict, kind, category, media_type, seen.size, limit, problems, facts, sha256)


def result_of_scan(scan: ScanResult, *policies: Policy) -> FileResult:
    """A file as a scan and the policies see it; it must pass every policy. `scan.tag` is its path."""
    path: bytes = scan.tag
    known = scan.known
    if known is None:
        problems = said_of_unread(scan, path)
        verdict = "rejected" if scan.verdict == "infected" else "not-checked"
        return FileResult(path, verdict, None, None, None, scan.size, None, problems, {}, scan.sha256)
    name = os.fsdecode(path)
    found = in_order([each for policy in policies for each in problems_for(known, name, policy, scan.sha256, scan)])
    verdict = "rejected" if any(each.severity is Severity.ERROR for each in found) else "accepted"
    return FileResult(
        path, verdict, known.type, known.category, known.media_type, scan.size,
        limit_of(known, name.rpartition("/")[2]), tuple(found), dict(known.facts), scan.sha256,
    )  # fmt: skip


def said_of_unread(scan: ScanResult, path: bytes | None = None) -> tuple[Problem, ...]:
    """What is said of a file that could not be looked at: that, and malware in it all the same. path: as
    `help_for_unread` has it."""
    return tuple(_said(each, path) for each in scan.found)


def _said(found: Found, path: bytes | None) -> Problem:
    if found.code != "infected-file":
        return unreadable(found.message, path)
    return Problem(found.code, Severity.ERROR, found.message, found.help)


def unreadable(why: str, path: bytes | None = None) -> Problem:
    """The problem of a file that could not be looked at. path: as `help_for_unread` has it."""
    return Problem("unreadable", Severity.ERROR, why, help_for_unread(why, path))


def problem_of(problem: Problem) -> dict[str, Json]:
    """A problem as programs read it."""
    return {
        "code": problem.code,
        "severity": problem.severity.value,
        "message": problem.message,
        "help": problem.help,
        "channel": problem.channel,
    }
