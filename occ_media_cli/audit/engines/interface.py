"""An engine as the audit uses it: the views of a ledger, and where its chain stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from occ_media_cli.audit.rule import AuditRule, Value


@dataclass(frozen=True, slots=True)
class Head:
    """Where the ledger stood. seq: its chain's length; entries: files on record, as a verification counts them.

    verified: the head that the newest verification proved; None where none ran, or the newest found it altered.
    ledger: whether there is one at all. unrecorded: what a document says that nobody has recorded, as `inboxes.vip` or
    the name of a section; it is judged by, and is on no chain.
    """

    state: str
    seq: int
    entries: int
    verified: str | None = None
    ledger: bool = True
    unrecorded: tuple[str, ...] = ()


class RuleSource(Protocol):
    """An engine with the views of one ledger, open to read."""

    def head(self) -> Head:
        """Where the chain stands."""

    def query(self, text: str, values: Mapping[str, Value], tuned: str | None = None) -> Iterator[Sequence[Any]]:
        """The rows of a portable SELECT, or of its tuned text where the engine is SQLite."""

    def prepare(self, rules: Sequence[AuditRule], values: Mapping[str, Value]) -> None:
        """Get ready to judge by several rules, where an engine has something to gain from knowing them."""

    def judge(self, rule: AuditRule, values: Mapping[str, Value]) -> Iterator[dict[str, Any]]:
        """The rows of a rule's SELECT by column, in the order of findings; MalformedInput where it cannot run."""
