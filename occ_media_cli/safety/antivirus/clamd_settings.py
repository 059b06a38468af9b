"""The settings of clamd that a scan rests on: what is seen of them, what they must be, and the lines to write."""

from __future__ import annotations

import os
import re

from occ_media_cli.places.safe_open import Opened, open_named
from occ_media_cli.safety.antivirus.model import EngineSetting
from occ_media_cli.safety.antivirus.replies import ClamdAnswer

CONFIGS = ("/etc/clamav/clamd.conf", "/etc/clamd.d/scan.conf", "/etc/clamd.conf")
_LONGEST = 1_000_000
_LINE = re.compile(r"^[ \t]*([A-Za-z][A-Za-z0-9]*)[ \t]+(\S.*?)[ \t]*$", re.MULTILINE)
_TRUE = ("yes", "true", "1")
_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}

_LARGE_ENOUGH = (("MaxFileSize", "100M", "100M"), ("MaxScanSize", "400M", "400M"), ("StreamMaxLength", "100M", "100M"))
"""Name, the least that lets the largest file of the product through, and what clamd takes where nothing is written."""


def read_config(socket: str | None, paths: tuple[str, ...] = CONFIGS) -> dict[str, str]:
    """The configuration file that belongs to a socket, by names in small letters; empty where none can be read."""
    for path in paths:
        opened = open_named(os.fsencode(path))
        if not isinstance(opened, Opened):
            continue
        try:
            text = os.pread(opened.fd, _LONGEST, 0).decode("utf-8", "replace")
        finally:
            os.close(opened.fd)
        found = {match[1].lower(): match[2] for match in _LINE.finditer(text)}
        named = found.get("localsocket")
        if socket is None or (named is not None and os.path.realpath(named) == os.path.realpath(socket)):
            return found
    return {}


def judge_settings(
    config: dict[str, str], deep: ClamdAnswer | None, locked: ClamdAnswer | None, *, streams: bool
) -> tuple[EngineSetting, ...]:
    """What clamd showed on the two probes, then what its configuration says. streams: files go through a connection."""
    found = [
        _shown("AlertExceedsMax", deep, "Heuristics.Limits.", needed=True),
        _shown("AlertEncryptedArchive", locked, "Heuristics.Encrypted.", needed=False),
    ]
    doc = config.get("alertencrypteddoc", config.get("alertencrypted")) if config else None
    if config:
        said = (doc or "no").lower()
        found.append(EngineSetting("AlertEncryptedDoc", said, said in _TRUE, False, "AlertEncryptedDoc yes"))
    for name, least, default in _LARGE_ENOUGH:
        if name == "StreamMaxLength" and not streams and not config:
            continue
        said = config.get(name.lower(), default) if config else ""
        size = _bytes(said)
        good = None if size is None else size == 0 or size >= (_bytes(least) or 0)
        found.append(EngineSetting(name, said or None, good, False, f"{name} {least}"))
    return tuple(found)


def _shown(name: str, answer: ClamdAnswer | None, expected: str, *, needed: bool) -> EngineSetting:
    if answer is None or answer.kind == "error":
        return EngineSetting(name, None, None, needed, f"{name} yes")
    good = answer.kind == "found" and answer.text.startswith(expected)
    return EngineSetting(name, "yes" if good else "no", good, needed, f"{name} yes")


def _bytes(text: str) -> int | None:
    match = re.fullmatch(r"([0-9]{1,12})([kKmMgG]?)", text)
    return int(match[1]) * _UNITS[match[2].lower()] if match else None
