"""Failures of readers and coders of film and sound, in our words: what they say names their own parts."""

from __future__ import annotations

import re

_MEANINGS = (
    (r"moov atom", "its index (moov) is missing"),
    (r"partial file|prematurely|end of file|truncat", "it is cut off"),
    (r"memory|allocat", "it takes more memory than it may have"),
    (r"(de)?coder .*not found|unknown decoder|codec none|unsupported|not implemented|patches welcome",
     "nothing here decodes what it holds"),
    (r"any streams?$|no streams|stream map", "it holds neither pictures nor sound that can be read"),
    (r"encoder", "what it holds could not be coded"),
    (r"invalid|corrupt|error|broken|fail", "its content is broken"),
)  # fmt: skip
"""The first that is found counts."""

GAVE_UP = "its reader gave up"
"""Where nothing else is known."""


def say_failure(words: str) -> str:
    """What a complaint of a reader means, to follow "it cannot be read: "."""
    return next((ours for theirs, ours in _MEANINGS if re.search(theirs, words.strip(), re.IGNORECASE)), GAVE_UP)
