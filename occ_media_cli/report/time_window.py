"""The part of time that a report looked at, as every form of it says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from occ_media_cli.values import value

if TYPE_CHECKING:
    from occ_media_cli.report.json_types import Json


@value
class Window:
    """The part of time that a report looked at, half-open: times as text, None for an open end.

    zone: the time zone of its times, of its days, and of words such as today. inboxes: those that it looked at alone;
    none for all.
    """

    since: str | None
    until: str | None
    zone: str
    inboxes: Sequence[str] = ()

    def as_json(self) -> dict[str, Json]:
        """For programs, as a member of a document, which names its inboxes elsewhere."""
        return {"since": self.since, "until": self.until, "zone": self.zone}

    def in_words(self) -> str:
        """`2026-01-01T00:00:00.000Z to 2026-04-01T00:00:00.000Z, until excluded (UTC)`."""
        where = f", only {', '.join(self.inboxes)}" if self.inboxes else ""
        if self.since is None and self.until is None:
            return f"The whole ledger ({self.zone}){where}"
        if self.since is None:
            return f"Until {self.until}, excluded ({self.zone}){where}"
        if self.until is None:
            return f"From {self.since} ({self.zone}){where}"
        return f"{self.since} to {self.until}, until excluded ({self.zone}){where}"
