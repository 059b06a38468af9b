"""The problems of a file that was looked at, as sheets, people and CI systems read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from occ_media_cli.report.blocks import Column, Span
from occ_media_cli.report.judged import ReportFinding
from occ_media_cli.vocabulary import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from occ_media_cli.media.problems import Problem
    from occ_media_cli.report.json_types import Record

PROBLEM_CODES = Column("problems", "Problems", "id", of=lambda file: " ".join(of_problems(file, "code")))
PROBLEM_MESSAGES = Column("messages", "Messages", of=lambda file: "; ".join(of_problems(file, "message")))


def of_problems(file: Record, member: str) -> list[str]:
    """One member of each problem of a file."""
    return [str(each[member]) for each in cast("list[Mapping[str, str]]", file["problems"])]


def finding_of(shown: str, problem: Problem, where: str = "") -> ReportFinding:
    """A problem of a file as CI systems read it. where: the part of the file, where it has parts."""
    from hashlib import sha256

    identity = f"{problem.code}\0{shown}\0{problem.channel or where}".encode("utf-8", "surrogatepass")
    return ReportFinding(
        problem.code,
        problem.severity,
        problem.message,
        problem.help,
        path=shown,
        fingerprint=sha256(identity).hexdigest()[:32],
    )


def lead_of(problem: Problem) -> tuple[Span | str, ...]:
    """The code, with its severity in front where it is not an error."""
    code = Span(problem.code, "bold")
    if problem.severity is Severity.ERROR:
        return (code,)
    return (Span(problem.severity.value, "warning" if problem.severity is Severity.WARNING else "plain"), " ", code)
