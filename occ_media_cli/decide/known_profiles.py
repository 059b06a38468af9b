"""The check of channel profiles that settings documents need: settings and media are siblings and meet here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence


def known_profiles(own: Mapping[str, Any]) -> Sequence[str]:
    """The names of all profiles, own ones included; settings.checks.Problem where an own one has a mistake."""
    from occ_media_cli.media.channels.profile_schema import ProfileMistake
    from occ_media_cli.media.channels.profiles import Profiles
    from occ_media_cli.settings.field_checks import FieldProblem

    profiles = Profiles(own)
    try:
        profiles.check_own_profiles()
    except ProfileMistake as mistake:
        raise FieldProblem(mistake.path, mistake.what, mistake.hint, topic=mistake.topic) from None
    return profiles.names


def profiles_of(connection: sqlite3.Connection | None) -> Sequence[str]:
    """The names of all profiles that a store knows; of the built-in ones where there is none."""
    from occ_media_cli.settings import read

    return known_profiles({} if connection is None else read.section(connection, "channels"))
