"""Options that say a change of settings: words become values, and what a value may be is asked elsewhere."""

from __future__ import annotations

import re
import shlex
from contextlib import contextmanager
from typing import TYPE_CHECKING

from occ_media_cli.cli.once import refuse_second
from occ_media_cli.errors import Slip, UsageError, WrongWord
from occ_media_cli.settings import inbox_fields
from occ_media_cli.settings.field_checks import FieldProblem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from occ_media_cli.settings.model import InboxChange

SWITCH = {"on": True, "off": False}


OPTION = {"send_approved_only": "--approved-only"}
"""Options whose name is not that of the field that they set."""


def from_options(
    *,
    send: str | None = None,
    receive: str | None = None,
    approved_only: str | None = None,
    message: str | None = None,
    no_message: bool = False,
    message_for: Sequence[str] | None = None,
    description: str | None = None,
    quota: str | None = None,
    scan: str | None = None,
) -> tuple[InboxChange, dict[str, str | None]]:
    """The change that the options of `set` ask for, and the messages by language; None takes one away.

    It is checked here already, by the one check that every change passes, so that a wrong word makes no store.
    """
    if message is not None and no_message:
        raise UsageError("--message and --no-message say the opposite", hint="leave one of them out")
    switches = {"send": send, "receive": receive, "send_approved_only": approved_only}
    change: dict[str, object] = {field: SWITCH[text] for field, text in switches.items() if text is not None}
    texts = {"message": message, "description": description, "scan": scan}
    change |= {field: text for field, text in texts.items() if text is not None}
    change |= {"message": None} if no_message else {}
    if quota is not None:
        change["quota"] = None if quota == "none" else quota
        _refuse_other_none(quota)
    by_language = _by_languages(message_for or [])
    said = {tag: text for tag, text in by_language.items() if text is not None}
    with in_options(message, change, message_for or ()):
        inbox_fields.checked({"messages": said})
        return inbox_fields.checked(change), by_language


def _refuse_other_none(quota: str) -> None:
    """WrongWord for another way to say that there is no quota; 0 is none of them, as it may mean that nothing fits."""
    from occ_media_cli.report.meant import choices_meant
    from occ_media_cli.report.words import question

    if quota != "none" and not quota.strip().isdecimal() and choices_meant(quota, ("none",)):
        what = f"--quota '{quota}' is neither a size nor none{question('none')}"
        raise WrongWord(what, options=("--quota",), typed=quota, meant=("none",), hint="write --quota none")


def _by_languages(items: Sequence[str]) -> dict[str, str | None]:
    """The texts by language; UsageError for a language that is given two of them.

    Two spellings of one language are told by the check of all messages, which does not see what is taken away.
    """
    found: dict[str, str | None] = {}
    for tag, text in map(_by_language, items):
        for other, said in found.items():
            if other == tag or (other.casefold() == tag.casefold() and None in (said, text)):
                refuse_second(f"--message-for {tag}", said or "", text or "", joined_by="=")
        found[tag] = text
    return found


def _by_language(item: str) -> tuple[str, str | None]:
    tag, equals, text = item.partition("=")
    if not equals:
        raise UsageError(
            f"--message-for '{item}' has no '='", hint="write --message-for ar='…'", slip=_slip_of_message(item)
        )
    return tag, text or None


def _slip_of_message(item: str) -> Slip | None:
    """The slip of a message by language whose tag stands before another sign than `=`, or is written in another way;
    None where nothing tells. What a tag may be is asked of the one check of all messages."""
    tag, equals, text = item.partition("=")
    if not equals:
        found = re.fullmatch(r"\s*([A-Za-z_-]{2,12})\s*[:;\s]\s*(\S.*)", item, re.DOTALL)
        tag, text = (found[1], found[2]) if found is not None else ("", "")
    plain = tag.strip()
    if not plain or not text.strip():
        return None
    try:
        inbox_fields.checked({"messages": {plain: text}})
    except FieldProblem as problem:
        plain = problem.meant or ""
    right = f"{plain}={text}"
    return Slip(item, (right,), ("--message-for",)) if plain and right != item else None


@contextmanager
def in_options(
    message: str | None = None, said: Mapping[str, object] | None = None, messages: Sequence[str] = ()
) -> Iterator[None]:
    """A problem with a field, with help in the words of the command line. message: what `--message` says; said: what
    each field was told; messages: what `--message-for` says."""
    try:
        yield
    except FieldProblem as problem:
        field = str(problem.path[0]) if problem.path else ""
        if field == "messages" and problem.hint and problem.hint.startswith("write "):
            problem.hint = "write --message-for ar='…'"
            problem.slip = next(filter(None, map(_slip_of_message, messages)), None)
        elif problem.meant is not None:
            option = OPTION.get(field, f"--{field.replace('_', '-')}")
            problem.hint = f"write {option} {shlex.quote(problem.meant)}"
            typed = (said or {}).get(field)
            if isinstance(typed, str):
                problem.slip = Slip(typed, (problem.meant,), (option,))
        elif field == "message" and message is not None and not message.strip():
            problem.hint = "--no-message takes the inbox's own message away"
        raise
