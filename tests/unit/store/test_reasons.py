"""A reason says something that somebody can read, in whatever script; else nothing is opened by it."""

from __future__ import annotations

import pytest

from occ_media_cli.errors import UsageError
from occ_media_cli.store.reasons import refuse_unfit, says_nothing


@pytest.mark.parametrize(
    "text", ["", " ", "\t\n", "\u00a0\u3000", "\u200b", "\u2060\u00ad", "\u3164", "\u2800", "\x07", "\u202e"]
)
def test_blanks_say_nothing(text: str) -> None:
    assert says_nothing(text)
    with pytest.raises(UsageError, match="the reason is empty"):
        refuse_unfit(text)


@pytest.mark.parametrize("text", ["x", ".", "4711", " ok ", "\u0646\u200c\u0645", "\u5b57", "\U0001f44d"])
def test_what_can_be_read_says_something(text: str) -> None:
    assert not says_nothing(text)
    refuse_unfit(text)
    refuse_unfit(None)


@pytest.mark.parametrize("text", ["x" * 2001, "a\0b", "a\ud800"])
def test_what_cannot_be_kept_is_told(text: str) -> None:
    with pytest.raises(UsageError, match="text of at most 2,000 characters"):
        refuse_unfit(text)
