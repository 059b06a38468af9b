"""Why somebody did something, for the record: a text that can be kept, and that says something."""

from __future__ import annotations

from occ_media_cli.errors import UsageError
from occ_media_cli.store.actor_names import is_invisible

LONGEST_TEXT = 2_000
"""Code points in a reason or a description."""


def says_nothing(text: str) -> bool:
    """Whether a text has nothing that anybody could read: it is empty, or blanks and characters that show nothing."""
    return not any(letter.isprintable() and not letter.isspace() and not is_invisible(letter) for letter in text)


def refuse_unfit(reason: str | None, *, hint: str = "say why", topic: tuple[str, ...] = ()) -> None:
    """UsageError for a reason that says nothing, so that what it would open stays closed; and for one that cannot be
    kept as UTF-8, or is longer than a page. None, which is no reason, is for the caller to judge."""
    if reason is None:
        return
    if len(reason) > LONGEST_TEXT or any("\ud800" <= letter <= "\udfff" or letter == "\0" for letter in reason):
        raise UsageError(f"the reason must be text of at most {LONGEST_TEXT:,} characters", hint="write it in UTF-8")
    if says_nothing(reason):
        raise UsageError("the reason is empty; nothing was changed", hint=hint, topic=topic)
