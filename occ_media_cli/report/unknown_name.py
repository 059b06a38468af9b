"""The error for a name of something that is not there: which one was meant, and the slip that a command is made of."""

from __future__ import annotations

from collections.abc import Iterable

from occ_media_cli.errors import NotFound, Slip
from occ_media_cli.report.words import is_numbered_apart, is_one_letter_away, nearest, suggestion


def unknown_name(
    what: str,
    name: str,
    known: Iterable[str],
    *,
    ours: bool = False,
    hint: str | None = None,
    file: str | None = None,
    topic: tuple[str, ...] = (),
) -> NotFound:
    """NotFound for a name, with the nearest one, or up to five to choose from.

    what: `no inbox 'vpi'`. known: the names that there are. ours: as `slip_of_name` has it. The rest as every error.
    """
    there = list(known)
    slip = slip_of_name(name, there, ours=ours)
    return NotFound(what + suggestion(name, there), hint=hint, file=file, topic=topic, slip=slip)


def slip_of_name(name: str, known: Iterable[str], *, ours: bool = False) -> Slip | None:
    """The slip of which a name was, so surely that the command may be offered again with what was meant; else None.

    The question "did you mean" may be wrong, and a command that is pasted may not: it could remove another inbox. Of
    names that people give, one letter may be wrong, and no digit. ours: the names are given by this program, nobody has
    two that are alike on purpose, and the nearest one is meant.
    """
    near = nearest(name, known)
    if near is None or not (ours or (is_one_letter_away(name, near) and not is_numbered_apart(name, near))):
        return None
    return Slip(name, (near,))


def slip_of_channel(channel: str, profiles: Iterable[str]) -> Slip | None:
    """The same of the profile of a channel, which may be one of its accounts, `profile:account`."""
    profile, colon, account = channel.partition(":")
    slip = slip_of_name(profile, profiles, ours=True)
    return None if slip is None else Slip(channel, (f"{slip.meant[0]}{colon}{account}",))
