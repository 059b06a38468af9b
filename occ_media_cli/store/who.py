"""Who acts, on which machine, with which program: what every event records beside its time."""

from __future__ import annotations

import os
from typing import Any

from occ_media_cli import __version__, times
from occ_media_cli.errors import UsageError
from occ_media_cli.store.actor_names import refuse_unclear_name
from occ_media_cli.store.chain import Stamp
from occ_media_cli.values import replace, value


@value
class Made:
    """Who made a document, when and where, which says nothing about what is in it: two runs differ in it alone.

    at: the time of the command (`--now`), wall: this machine's clock, both in milliseconds. version: of the program.
    """

    at: int
    wall: int
    actor: str
    os_user: str
    host: str
    version: str

    def as_json(self) -> dict[str, str]:
        """It as a member of a document (contracts.md §1)."""
        return {
            "at": times.text(self.at), "wall": times.text(self.wall), "actor": self.actor, "os_user": self.os_user,
            "host": self.host, "version": self.version,
        }  # fmt: skip

    @classmethod
    def of_json(cls, value: Any) -> Made:
        """What a document says of itself; ValueError where it has not this shape.

        Texts without control characters, which would act on the screen of a reader.
        """
        if not isinstance(value, dict) or value.keys() != {"at", "wall", "actor", "os_user", "host", "version"}:
            raise ValueError("not who made it, when and where")
        if not all(is_plain(text) for text in value.values()):
            raise ValueError("not who made it, when and where")
        at, wall = moment(value["at"]), moment(value["wall"])
        return cls(at, wall, value["actor"], value["os_user"], value["host"], value["version"])


def is_plain(value: object) -> bool:
    """Whether it is a text that may stand in what a document says of itself: not empty, without control characters."""
    return isinstance(value, str) and bool(value) and not any(c < " " or "\x7f" <= c <= "\x9f" for c in value)


def moment(value: object) -> int:
    """Milliseconds of a time as this program writes it; ValueError for any other form."""
    try:
        found = times.parse(value) if isinstance(value, str) else None
        if found is not None and times.text(found) == value:
            return found
    except OverflowError:
        pass
    raise ValueError("not a time")


def made_by(stamp: Stamp) -> Made:
    """What is made under a stamp says of itself."""
    version = stamp.program.rpartition(" ")[2]
    return Made(stamp.now, stamp.wall, stamp.actor, stamp.os_user, stamp.host, version)


def os_user() -> str:
    """The name of the OS user, or its number where it has none."""
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def check_actor(name: str, what: str) -> str:
    """A name for the record; UsageError where it could not be read there, Refused where it may be read as another's.

    what: what the caller calls it.
    """
    if not name.strip() or len(name) > 128 or not name.isprintable():
        raise UsageError(
            f"{what} must be a name of 1 to 128 printable characters",
            hint="name who acts, such as dana",
            topic=("actor",),
        )
    refuse_unclear_name(name, "the actor's name")
    return name


def judged_at(stamp: Stamp) -> int:
    """The moment at which whatever deletes judges ages: the earlier of the two clocks of a command.

    A user may say any time, so a later one must not make a file old that this machine's clock calls young. An earlier
    one keeps more, which is safe.
    """
    return min(stamp.now, stamp.wall)


def grace_ends(stamp: Stamp, grace: int) -> int:
    """When a grace that begins now is over, in milliseconds; `judged_at` of a later command is compared with it.

    It counts from this machine's clock whatever time the user chose: from an earlier moment it would be over at once.
    """
    return stamp.wall + grace


def stamp(actor: str | None = None, *, now: int | None = None, wall: int | None = None) -> Stamp:
    """The stamp of an actor, else of the OS user, at a moment, else now."""
    clock = times.wall() if wall is None else wall
    user = os_user()
    return Stamp(
        clock if now is None else now, clock, actor or user, user, os.uname().nodename, f"occ-media {__version__}"
    )


def at_the_lock(stamp: Stamp) -> Stamp:
    """The stamp of a change that has the lock now. Where no other time was asked for, the time is that of the change,
    not of the wait: else it would stand before what others did in the meantime."""
    if stamp.now != stamp.wall:
        return stamp
    wall = times.wall()
    return replace(stamp, now=wall, wall=wall)
