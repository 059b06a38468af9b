"""What a check says about one file, and how it travels from a worker."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from occ_media_cli.decide.check import problems_for
from occ_media_cli.decide.policy import Policy
from occ_media_cli.media.judge import in_order, limit_of
from occ_media_cli.media.problems import Problem, help_for_unread, worst
from occ_media_cli.media.recognise import recognise
from occ_media_cli.places.safe_open import open_named
from occ_media_cli.values import value
from occ_media_cli.vocabulary import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from occ_media_cli.decide.standings import Standings
    from occ_media_cli.library.read_text import DocumentFile
    from occ_media_cli.media.look import Look, Seen
    from occ_media_cli.media.recognition import Recognition
    from occ_media_cli.report.json_types import Json
    from occ_media_cli.safety.found import Found
    from occ_media_cli.safety.scan import Scanner
    from occ_media_cli.safety.scan_result import ScanResult
    from occ_media_cli.store.locate import Location

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
    """The work of a worker: recognise one open file and judge it; it must pass every policy, none of which asks the
    library. It returns plain values, which travel fast."""

    def look(fd: int, size: int, path: str) -> tuple[object, ...]:
        name = path.rpartition("/")[2]
        known = recognise(fd, size, name)
        problems = in_order([each for policy in policies for each in problems_for(known, path, policy)])
        packed = [(each.code, each.severity.rank, each.message, each.help, each.channel) for each in problems]
        return known.type, known.category, known.media_type, limit_of(known, name), packed, dict(known.facts)

    return look


def check_files(
    location: Location, now: int, look: Look, given: Iterator[bytes], policies: Sequence[Policy],
    scanner: Scanner | None = None,
) -> Iterator[FileResult]:  # fmt: skip
    """Look at files, each of which must pass every policy, in the order in which they are given.

    look: of `work_of` these policies. scanner: also look inside. The store at location is open meanwhile where a policy
    asks its library at the moment now.
    """
    if not any(policy.asks_library for policy in policies):
        if scanner is None:
            yield from (result_of(seen) for seen in look.at(given))
        else:
            yield from (result_of_scan(scan, policies) for scan in scanner.scan(look.jobs(given)))
        return
    from occ_media_cli.decide.standings import Standings
    from occ_media_cli.store.open import reading

    with reading(location) as store:
        standings = Standings(store, now, policies=policies)
        if scanner is not None:
            yield from (result_of_scan(scan, policies, standings) for scan in scanner.scan(look.jobs(given)))
            return
        for found in standings.read(look.jobs(given)):
            yield result_of_document(found, policies, standings)


def result_of(seen: Seen) -> FileResult:
    """A file as a worker described it, or as it could not be looked at."""
    if seen.unreadable is not None:
        problem = unreadable(seen.unreadable, seen.path)
        return FileResult(seen.path, "not-checked", None, None, None, seen.size, None, (problem,), {})
    kind, category, media_type, limit, packed, facts = seen.result
    problems = tuple([Problem(code, _SEVERITIES[rank], *rest) for code, rank, *rest in packed])
    verdict = "rejected" if any(each.severity is Severity.ERROR for each in problems) else "accepted"
    return FileResult(seen.path, verdict, kind, category, media_type, seen.size, limit, problems, facts)


def result_of_document(found: DocumentFile, policies: Sequence[Policy], standings: Standings) -> FileResult:
    """A file whose sha256 and text are known, as the policies see it; it must pass every one."""
    if found.known is None:
        problem = unreadable(found.unreadable or "nothing is known of it", found.path)
        return FileResult(found.path, "not-checked", None, None, None, found.size, None, (problem,), {})
    name = os.fsdecode(found.path)
    problems = [
        each for policy in policies
        for each in problems_for(found.known, name, policy, standings.find_standing(policy, found.sha256, found.text))
    ]  # fmt: skip
    return _judged(found.path, found.known, found.size, found.sha256, problems)


def result_of_scan(scan: ScanResult, policies: Sequence[Policy], standings: Standings | None = None) -> FileResult:
    """A file as a scan and the policies see it; it must pass every policy. `scan.tag` is its path."""
    path: bytes = scan.tag
    known = scan.known
    if known is None:
        problems = said_of_unread(scan, path)
        verdict = "rejected" if scan.verdict == "infected" else "not-checked"
        return FileResult(path, verdict, None, None, None, scan.size, None, problems, {}, scan.sha256)
    name = os.fsdecode(path)
    found: list[Problem] = []
    for policy in policies:
        standing = None
        if standings is not None:
            standing = standings.look_up(policy, scan.sha256, lambda: open_named(path))
        found += problems_for(known, name, policy, standing, scan)
    return _judged(path, known, scan.size, scan.sha256, found)


def _judged(path: bytes, known: Recognition, size: int | None, sha256: str | None, found: list[Problem]) -> FileResult:
    """A file as its problems judge it."""
    verdict = "rejected" if any(each.severity is Severity.ERROR for each in found) else "accepted"
    return FileResult(
        path, verdict, known.type, known.category, known.media_type, size,
        limit_of(known, os.fsdecode(path).rpartition("/")[2]), tuple(in_order(found)), dict(known.facts), sha256,
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
