"""Where a link leads: into the file, to this computer, to a file server, to the net, or to a program.

Targets are percent-encoded and have odd slashes; `file:///C:/x` and `file://localhost/x` are local, `//host/x` and
`\\\\host\\x` are not.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from occ_media_cli.media.file_names import EXECUTABLE

_LONGEST = 100_000
"""Letters of a command, runs of blanks as one."""

_CONTROLS = re.compile(r"[\0-\x1f]+")
_BLANKS = re.compile(r"\s+")
_SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]{1,30}):")
_HOST = re.compile(r"[^/\\?#]*")
_RUNS = re.compile(
    rf"\.({'|'.join(sorted(EXECUTABLE))})(?:[. ]*(?:$|[?#])|\s+[/-])|\.(exe|scr|bat|cmd|pif)\s", re.IGNORECASE
)
"""The name of a program in a path, with what may follow it: a query, a place in it, or what it is told."""

_PROGRAM_SCHEMES = frozenset((
    "mhtml", "javascript", "vbscript", "jscript", "script", "data", "search-ms", "search", "ldap", "shell", "mk",
    "its", "hcp", "powershell", "wscript",
))  # fmt: skip
_HARMLESS = frozenset(("ms-settings",))
_NET = frozenset(("http", "https", "ftp", "ftps", "sftp", "dav", "davs", "webdav", "webcal", "tftp"))
_LOCAL_HOSTS = frozenset(("", "localhost", ".", "?", "127.0.0.1", "localhost."))
PROGRAMS = frozenset((
    "bash", "bitsadmin", "calc", "certutil", "cmd", "cmdl32", "cmstp", "conhost", "control", "cscript", "csc",
    "curl", "desktopimgdownldr", "diskshadow", "dnscmd", "explorer", "expand", "extrac32", "forfiles", "ftp", "hh",
    "ieexec", "infdefaultinstall", "installutil", "iexplore", "java", "javaw", "makecab", "mavinject",
    "microsoft.workflow.compiler", "mmc", "msbuild", "msconfig", "msdt", "mshta", "msiexec", "netsh", "notepad",
    "odbcconf", "pcalua", "pcwrun", "perl", "powershell", "powershell_ise", "presentationhost", "pwsh", "python",
    "pythonw", "reg", "regasm", "regedit", "regsvcs", "regsvr32", "rundll32", "runscripthelper", "schtasks",
    "scriptrunner", "sh", "ssh", "syncappvpublishingserver", "tracker", "verclsid", "wmic", "wscript", "wsl",
    "xwizard",
))  # fmt: skip
"""Programs of systems that run what they are told."""


class TargetKind(StrEnum):
    """What a target is."""

    INSIDE = "inside"
    LOCAL = "local"
    UNC = "unc"
    NET = "net"
    PROGRAM = "program"
    OTHER = "other"


class Target(NamedTuple):
    """kind, and words that name it: its host or scheme. Paths and queries can hold what nobody should read in a log."""

    kind: TargetKind
    shown: str


def classify(text: str) -> Target:
    """What a link leads to."""
    from urllib.parse import unquote

    plain = _CONTROLS.sub("", text).strip()
    if "%" in plain:
        plain = _CONTROLS.sub("", unquote(plain, errors="replace")).strip()
    lower = plain.lower()
    if not plain or plain.startswith("#"):
        return Target(TargetKind.INSIDE, "")
    if lower.startswith("url:"):
        plain, lower = plain[4:], lower[4:]
    scheme = _SCHEME.match(lower)
    name = scheme[1] if scheme else ""
    if name == "file":
        return _of_file(plain[plain.index(":") + 1 :])
    if name in _NET:
        return Target(TargetKind.NET, f"{name}://{_host(plain[len(name) + 1 :])}")
    if name in _PROGRAM_SCHEMES or (name.startswith("ms-") and name not in _HARMLESS):
        return Target(TargetKind.PROGRAM, f"{name}:")
    if name:
        return Target(TargetKind.OTHER, f"{name}:")
    if plain.startswith(("\\\\", "//", "\\/", "/\\")):
        return _of_file(plain)
    drive = plain[1:2] == ":"
    return _on_computer(plain, plain[:2] if drive else "a path", sure=drive or "\\" in plain)


def _of_file(path: str) -> Target:
    r"""A path behind `file:`: `///C:/x` is local, `//host/x` and `/////host/x` are of a file server."""
    path = path.replace("\\", "/").replace("|", ":")
    slashes = len(path) - len(path.lstrip("/"))
    rest = path.lstrip("/")
    host = rest.partition("/")[0].partition("#")[0]
    if slashes >= 2 and slashes != 3 and not (len(host) == 2 and host[1] == ":"):
        if host.partition("@")[0].casefold() in _LOCAL_HOSTS:
            if host in (".", "?") and rest[2:5].casefold() == "unc":
                return Target(TargetKind.UNC, f"\\\\{_shorten(rest[6:].partition('/')[0])}")
            return _on_computer(rest)
        return Target(TargetKind.UNC, f"\\\\{_shorten(host)}")
    return _on_computer(rest)


def _on_computer(path: str, shown: str = "a path", *, sure: bool = True) -> Target:
    """A file of the computer, or a program of it. sure: it is no address of the net without its scheme
    (`www.example.com`)."""
    if sure and (runs := _RUNS.search(path)) is not None:
        return Target(TargetKind.PROGRAM, f"a program of the computer (.{(runs[1] or runs[2]).lower()})")
    return Target(TargetKind.LOCAL, shown)


def _host(rest: str) -> str:
    host = _HOST.match(rest.lstrip("/\\"))[0]  # type: ignore[index] # it matches nothing, too
    return _shorten(host.rpartition("@")[2])


def hide_unprintable(text: str) -> str:
    """A text of a file for people: `?` for what no screen shows."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _shorten(text: str) -> str:
    text = hide_unprintable(text)
    return text if len(text) <= 60 else text[:57] + "…"


def is_remote(target: Target) -> bool:
    """Whether opening it asks another computer."""
    return target.kind in (TargetKind.NET, TargetKind.UNC)


_WORD = re.compile(r"[A-Za-z0-9_.-]+")


def names_program(text: str) -> bool:
    """Whether a command names a program: by its file name, or as one of those that every system has."""
    lower = _BLANKS.sub(" ", text).lower()
    if len(lower) > _LONGEST:
        return True  # nobody asks for data in so many words
    if ".exe" in lower or ".scr" in lower or ".bat" in lower or ".cmd" in lower or "\\..\\" in lower or "/../" in lower:
        return True
    return any(word.removesuffix(".exe") in PROGRAMS for word in _WORD.findall(lower))
