"""The channel profiles that come with the program, and those that a settings document adds or narrows."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from occ_media_cli.media.channels import CHANNELS
from occ_media_cli.media.channels.profile import Profile
from occ_media_cli.media.channels.profile_schema import ProfileMistake, narrowed, profile_of


@cache
def built_in(name: str) -> Profile:
    """One of `CHANNELS`. KeyError for another name."""
    import tomllib

    if name not in CHANNELS:
        raise KeyError(name)
    text = Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8")
    return profile_of(name, tomllib.loads(text), (name,))


class Profiles:
    """The profiles that hold for one settings document.

    own: the `[channels]` table of the document, parsed but not checked. Raises ProfileMistake when a profile is asked
    for that has a mistake; `check` asks for every one.
    """

    def __init__(self, own: Mapping[str, Any] | None = None) -> None:
        self._own = own or {}

    @property
    def names(self) -> tuple[str, ...]:
        """Every profile: those of the program in their order, then the own ones by name."""
        return (*CHANNELS, *sorted(name for name in self._own if name not in CHANNELS))

    def get(self, name: str) -> Profile:
        """A profile by name; an own one hides one of the program. KeyError for an unknown name."""
        return self._get(name, ())

    def check_own_profiles(self) -> None:
        """Raise ProfileMistake for the first own profile with a mistake."""
        for name in self._own:
            self.get(name)

    def _get(self, name: str, seen: tuple[str, ...]) -> Profile:
        if name not in self._own or (seen and seen[-1] == name):
            return built_in(name)
        given, path = self._own[name], ("channels", name)
        if not isinstance(given, Mapping):
            raise ProfileMistake(path, f"channel '{name}' must be a table", f"write [channels.{name}]")
        if "base" not in given:
            return profile_of(name, given, path)
        base = given["base"]
        if base in seen:
            raise ProfileMistake((*path, "base"), f"channel '{name}' is based on itself", 'write base = "web-widget"')
        try:
            parent = self._get(base, (*seen, name)) if isinstance(base, str) else None
        except KeyError:
            parent = None
        if parent is None:
            raise ProfileMistake(
                (*path, "base"),
                f"channel '{name}': there is no profile '{base}'",
                "name a profile of the program",
                topic=("base-profiles",),
            )
        return narrowed(name, given, path, parent)


def profile_name(channel: str) -> str:
    """The profile of a linked channel: `profile`, or the part before the colon of `profile:account`."""
    return channel.partition(":")[0]
