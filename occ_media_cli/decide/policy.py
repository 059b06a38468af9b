"""What a file is held against: the product's table, channels, and the settings of an inbox. Pure values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.values import value

if TYPE_CHECKING:
    from occ_media_cli.media.channels.profile import Profile


@value
class Switch:
    """Sending or receiving in an inbox. since, actor, version: of the change that made it so, where that is known."""

    on: bool
    since: str | None = None
    actor: str | None = None
    version: int | None = None


@value
class InboxPolicy:
    """An inbox at one moment.

    agent: who asks, or None. approved_only: agents may send nothing but files that are approved for it. number: by
    which the library knows it, None where no command has recorded it yet. tags_known: the library knows the tags that
    it has now. scan: `off`, `record` or `required`.
    """

    name: str
    send: Switch
    receive: Switch
    agent: str | None = None
    agent_may_send: bool = True
    agent_may_view: bool = True
    approved_only: bool = False
    number: int | None = None
    tags_known: bool = True
    scan: str = "off"
    message: str | None = None

    def switch(self, direction: str) -> Switch:
        """The switch of a direction."""
        return self.send if direction == "send" else self.receive


@value
class Policy:
    """Everything that a check holds a file against.

    direction: one of `DIRECTIONS`, or None for either. table: whether the product's table counts. scanned: a scan was
    made, whose result stands for the demand of one.
    """

    direction: str | None = None
    table: bool = True
    profiles: tuple[Profile, ...] = ()
    inbox: InboxPolicy | None = None
    strict: bool = False
    scanned: bool = False

    @property
    def asks_library(self) -> bool:
        """Whether the library of approved files decides."""
        return self.inbox is not None and self.inbox.approved_only and self.direction != "receive"
