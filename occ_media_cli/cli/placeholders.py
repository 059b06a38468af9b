"""Words of the help that stand for a value, such as NAME and TEXT, typed as they stand there.

Whoever pastes `occ-media hold release NAME --reason TEXT` means nothing by its last word, and it would stay on record
as the reason. Which words these are is read where they are printed: in the page of the command, and in what
`cli.advice` tells people to type.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from occ_media_cli.errors import OccMediaError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from occ_media_cli.cli.session import Session

# Texts, not compiled patterns: most commands need the first alone, and `re` keeps what it compiled.
_MAY_BE = r"(?:[a-z0-9]+://|[\w-]+=)?[A-Z]+(?:[./][A-Za-z]+)*"
_ON_PAGE = r"(?<![\w./-])[A-Z]+(?:\.[a-z]+)?(?![\w.])"
_IN_ADVICE = r"(?<![\w./-])(?:[a-z0-9]+://)?[A-Z]{2,}(?:[./][A-Za-z]+)*(?!\w)"

_OF_TEXTS = frozenset(("TEXT", "REASON"))
"""What stands for a text of a person's own: nothing is called so."""


def refuse_placeholders(parameters: list[Any], values: Mapping[str, Any], session: Session) -> None:
    """UsageError for a value that is a word which stands for one in the help, and the name of nothing that is there.

    parameters: those of the command, as Click knows them. values: what was typed, by their names.
    """
    for item in parameters:
        for value in texts_of(values.get(str(item.name))):
            if value.islower() or re.fullmatch(_MAY_BE, value, re.ASCII) is None:
                continue
            own = on_page(item)
            word = value.rpartition("=")[2] if is_text(item) else value
            if word not in own and word not in in_advice():
                continue
            if is_text(item) or not _is_there(session, value):
                option = f"{item.opts[0]}: " if item.opts[0].startswith("-") else ""
                raise UsageError(
                    f"{option}{word} stands in the help for a value of your own; nothing was done",
                    hint=f"write your own in the place of {word}",
                )


def on_page(item: Any) -> frozenset[str]:
    """The words that stand for the value of a parameter in the help of its command."""
    return frozenset(re.findall(_ON_PAGE, str(item.metavar or ""), re.ASCII))


def is_text(item: Any) -> bool:
    """Whether the value of a parameter is a text of a person's own, which names nothing."""
    return not on_page(item).isdisjoint(_OF_TEXTS)


def in_advice() -> frozenset[str]:
    """The words that stand for a value of any parameter in what people are told to type."""
    from occ_media_cli.cli.advice import COMMANDS

    return frozenset(word for text in COMMANDS.values() for word in re.findall(_IN_ADVICE, text, re.ASCII))


def texts_of(value: Any) -> Iterator[str]:
    """The texts that were typed for a parameter, of which some take several."""
    if isinstance(value, list | tuple):
        for each in value:
            yield from texts_of(each)
    elif isinstance(value, str | os.PathLike):
        yield os.fspath(value)


def _is_there(session: Session, name: str) -> bool:
    """Whether a file, or anything in the store, has this name. A store that cannot be read has nothing of it."""
    if os.path.lexists(name):
        return True
    found = False
    if session.location.exists:
        with suppress(OccMediaError, OSError), session.reading() as store:
            from occ_media_cli.decide.called import is_called

            found = is_called(store, session.now, name)
    return found
