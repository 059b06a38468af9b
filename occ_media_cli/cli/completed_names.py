"""The names that a shell offers while somebody types: `occ-media __complete KIND WORD…`, one a line.

The scripts of `occ-media completion` ask it at every TAB, so it loads the store's file and nothing of the program. It
writes nothing, says nothing about a store that it cannot read, and never fails.
"""

from __future__ import annotations

import sys
from contextlib import suppress

WORD = "__complete"
"""The first word of such a question; no command is called so."""


def print_names(arguments: list[str]) -> int:
    """Print the names of a kind of `store.known_names`. arguments: the kind, and the words that were typed so far."""
    with suppress(Exception):  # whoever types reads no errors
        for name in _names(arguments[0], arguments[1:]):
            plain = all(sign > "\x1f" and not "\x7f" <= sign <= "\x9f" for sign in name)
            if plain and not name.startswith("-"):  # a shell takes lines, and no options
                sys.stdout.buffer.write(name.encode("utf-8", "surrogateescape") + b"\n")
        sys.stdout.buffer.flush()
    return 0


def _names(kind: str, words: list[str]) -> tuple[str, ...]:
    from occ_media_cli.store.known_names import known_names
    from occ_media_cli.store.locate import locate

    location = locate(_value_of("--store", words))
    if kind != "account":
        return known_names(location, kind)
    inboxes = set(known_names(location, "inbox"))
    return known_names(location, kind, next((word for word in words if word in inboxes), None))


def _value_of(option: str, words: list[str]) -> str | None:
    for place, word in enumerate(words):
        if word.startswith(f"{option}="):
            return word.partition("=")[2]
        if word == option and place + 1 < len(words):
            return words[place + 1]
    return None
