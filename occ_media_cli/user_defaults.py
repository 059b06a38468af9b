"""What a user has set for every run, in a file of the config directory: which store, who acts, the format, the zone.

    [defaults]
    store = "~/desk/occ-media.db"
    actor = "dana"
    format = "markdown"
    time_zone = "Europe/Berlin"

An option beats the environment, which beats a store of the current folder, which beats this; a format holds at
terminals only. Nothing that deletes, accepts a loss or gives a reason can stand here: whoever runs a command says so.
"""

from __future__ import annotations

import os
from pathlib import Path

from occ_media_cli.errors import StoreInvalid
from occ_media_cli.values import value

KEYS = ("store", "actor", "format", "time_zone")
"""What `[defaults]` may have, each a text."""


@value
class UserDefaults:
    """The defaults of a user. file: where they stand, there or not; None for each that is not set."""

    file: Path
    there: bool
    store: str | None = None
    actor: str | None = None
    format: str | None = None
    time_zone: str | None = None

    @property
    def said(self) -> dict[str, str]:
        """What is set, by its key."""
        found = {key: getattr(self, key) for key in KEYS}
        return {key: text for key, text in found.items() if text is not None}


def file_of_defaults() -> Path:
    """Where the defaults of this user stand, there or not."""
    folder = os.environ.get("XDG_CONFIG_HOME")
    base = Path(folder) if folder and Path(folder).is_absolute() else Path("~/.config").expanduser()
    return base / "occ-media" / "config.toml"


_READ: list[UserDefaults] = []


def read_defaults() -> UserDefaults:
    """The defaults of this user, read once; StoreInvalid, with file and line, for a file that is not as it must be."""
    file = file_of_defaults()
    if not _READ or _READ[0].file != file:
        _READ[:] = [_read(file)]
    return _READ[0]


def _read(file: Path) -> UserDefaults:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return UserDefaults(file, there=False)
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or "is no text"
        raise StoreInvalid(f"the defaults cannot be read: {reason}".lower(), file=str(file), hint=_MEND) from None
    import tomllib

    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise StoreInvalid(f"is no TOML: {problem}", file=str(file), hint=_MEND) from None
    unknown = [name for name in told if name != "defaults"]
    defaults = told.get("defaults", {})
    if unknown or not isinstance(defaults, dict):
        name = unknown[0] if unknown else "defaults"
        raise StoreInvalid(
            f"'{name}' is no table of it", file=str(file), line=_line(text, name), hint="write [defaults]"
        )
    for key, value_ in defaults.items():
        if key not in KEYS:
            from occ_media_cli.report.words import or_words, suggestion

            what = f"unknown key '{key}'{suggestion(key, KEYS)}"
            raise StoreInvalid(what, file=str(file), line=_line(text, key), hint=f"write {or_words(KEYS)}")
        if not isinstance(value_, str) or not value_.strip():
            hint = f'write {key} = "…", or take the line out'
            raise StoreInvalid(f"{key} must be a text", file=str(file), line=_line(text, key), hint=hint)
    return UserDefaults(file, there=True, **defaults)


_MEND = "mend it, or take it away"


def _line(text: str, word: str) -> int | None:
    """The line in which a name stands first."""
    lines = text.splitlines()
    return next((number for number, line in enumerate(lines, 1) if line.strip(" [\"'").startswith(word)), None)
