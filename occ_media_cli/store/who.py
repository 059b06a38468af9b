"""Who acts, on which machine, with which program: what every event records beside its time."""

from __future__ import annotations

import os

from occ_media_cli import __version__, times
from occ_media_cli.store.chain import Stamp


def os_user() -> str:
    """The name of the OS user, or its number where it has none."""
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def stamp(actor: str | None = None, *, now: int | None = None, wall: int | None = None) -> Stamp:
    """The stamp of an actor, else of the OS user, at a moment, else now."""
    clock = times.wall() if wall is None else wall
    user = os_user()
    return Stamp(
        clock if now is None else now, clock, actor or user, user, os.uname().nodename, f"occ-media {__version__}"
    )
