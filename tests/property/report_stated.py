"""Which event of a store stated what is new in a span of settings, from the events alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol


class Begins(Protocol):
    """A span of the settings of an inbox."""

    @property
    def inbox(self) -> int: ...
    @property
    def start(self) -> int: ...


def stated_by(events: Sequence[dict[str, Any]], first: Begins, setting: str) -> dict[str, Any]:
    """Whose words count from there on, or else whose words counted until there, or else who began the inbox."""
    made = [event for event in events if event["kind"] == "setting" and event["body"]["inbox"] == first.inbox]
    said = sorted(
        ((delta.get("at", event["ms"]), event["seq"], delta, event) for event in made
         for delta in event["body"]["deltas"]), key=lambda row: row[:2],
    )  # fmt: skip
    for moment, edge in ((first.start, "from"), (first.start - 1, "until")):
        covering = [(delta, event) for *_, delta, event in said if setting in delta["change"]
                    and delta["from"] <= moment and (delta["until"] is None or moment < delta["until"])]  # fmt: skip
        if covering and covering[-1][0][edge] == first.start:
            return covering[-1][1]
    return next(event for *_, delta, event in said if delta["from"] == first.start)


def new_words(
    events: Sequence[dict[str, Any]], first: Begins, found: Sequence[tuple[str, str]], own: int | None
) -> tuple[str, dict[str, Any] | None, dict[str, Any] | None]:
    """What is new in a span in words, the event that stated it, and the one that only wrote it anew.

    found: words by setting, `created` by none. own: the event that made the version, None where none did.
    """
    made = next((event for event in events if event["seq"] == own), None)
    if made is None or not found:
        return ", ".join(words for _, words in found) or "nothing", made, None
    whose = [stated_by(events, first, setting) for setting, _ in found]
    numbers = {event["seq"] for event in whose}
    anew = made if own not in numbers else None
    main = made if anew is None else max(whose, key=lambda event: event["seq"])
    said = []
    for (_, words), event in zip(found, whose, strict=True):
        reason = f": {event['reason']}" if event["reason"] else ""
        by = f" (by {event['actor'] or 'unknown (edited by hand)'}{reason})"
        said.append(words if event is main else words + by)
    return ", ".join(said), main, anew
