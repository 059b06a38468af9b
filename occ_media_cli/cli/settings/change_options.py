"""Options that say a change of settings: words become values, and what a value may be is asked elsewhere."""

from __future__ import annotations

import shlex
from contextlib import contextmanager
from typing import TYPE_CHECKING

from occ_media_cli.errors import UsageError, WrongWord
from occ_media_cli.report.words import nearest
from occ_media_cli.settings import inbox_fields
from occ_media_cli.settings.field_checks import FieldProblem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from occ_media_cli.settings.model import InboxChange

SWITCH = {"on": True, "off": False}


YES = frozenset(("yes", "y", "true", "t", "1", "enable", "enabled", "oui", "ja", "sí", "si", "sim", "да"))
NO = frozenset(("no", "n", "false", "f", "0", "disable", "disabled", "non", "nein", "nee", "não", "nao", "нет"))
"""Words that people write for on and off. They are no values, but what is meant is told by their meaning: by its
letters `no` is nearer to `on`."""


def switch(value: str, option: str) -> bool:
    """`on` or `off`, nothing else."""
    if value in SWITCH:
        return SWITCH[value]
    said = value.strip().casefold()
    meant = "on" if said in YES else "off" if said in NO else nearest(said, SWITCH) if len(said) > 1 else None
    what = f"{option} '{value}' is neither on nor off"
    if meant is None:
        raise UsageError(what, hint=f"write {option} on or {option} off")
    raise WrongWord(f"{what}, did you mean '{meant}'?", option=option, typed=value, meant=meant)


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
    change: dict[str, object] = {
        field: switch(text, OPTION.get(field, f"--{field}")) for field, text in switches.items() if text is not None
    }
    texts = {"message": message, "description": description, "scan": scan}
    change |= {field: text for field, text in texts.items() if text is not None}
    change |= {"message": None} if no_message else {}
    if quota is not None:
        change["quota"] = None if quota == "none" else quota
    by_language = dict(map(_by_language, message_for or []))
    said = {tag: text for tag, text in by_language.items() if text is not None}
    with in_options():
        inbox_fields.checked({"messages": said})
        return inbox_fields.checked(change), by_language


def _by_language(item: str) -> tuple[str, str | None]:
    tag, equals, text = item.partition("=")
    if not equals:
        raise UsageError(f"--message-for '{item}' has no '='", hint="write --message-for ar='…'")
    return tag, text or None


@contextmanager
def in_options() -> Iterator[None]:
    """A problem with a field, with help in the words of the command line."""
    try:
        yield
    except FieldProblem as problem:
        field = str(problem.path[0]) if problem.path else ""
        if problem.meant is not None:
            option = OPTION.get(field, f"--{field.replace('_', '-')}")
            problem.hint = f"write {option} {shlex.quote(problem.meant)}"
        elif field == "messages" and problem.hint and problem.hint.startswith("write "):
            problem.hint = "write --message-for ar='…'"
        raise
