"""What the gate says of a line that it was asked with, for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.decide.result import problem_of
from occ_media_cli.values import value

if TYPE_CHECKING:
    from occ_media_cli.decide.gate_line import GateLine
    from occ_media_cli.media.problems import Problem
    from occ_media_cli.report.json_types import Json


@value
class GateReply:
    """What the gate answered about one entry, and what is on record about it.

    id: of the entry, None where nothing could be read. allow: whether the file may pass. problems: why not, and what
    is to be known besides; a line that was no entry has the one problem `malformed`, and is not on record.
    customer_message: what the customer reads, None for nothing. agent_notice: what the agent reads.
    """

    id: str | None
    allow: bool
    problems: tuple[Problem, ...]
    customer_message: str | None = None
    agent_notice: str | None = None

    @property
    def malformed(self) -> bool:
        """Whether there was no entry to decide on."""
        return not self.allow and [problem.code for problem in self.problems] == ["malformed"]

    def document(self) -> dict[str, Json]:
        """The answer as programs read it (contracts.md §5)."""
        return {
            "id": self.id,
            "decision": "allow" if self.allow else "deny",
            "problems": [problem_of(problem) for problem in self.problems],
            "customer_message": self.customer_message,
            "agent_notice": self.agent_notice,
        }


def reply_to(each: GateLine) -> GateReply:
    """The reply to a line that was decided, or to one that is no entry."""
    found = each.answer
    if found is None:
        return GateReply(each.identity, False, (each.problem,) if each.problem is not None else ())
    return GateReply(each.identity, found.allow, found.problems, found.customer_message, found.agent_notice)
