"""What `doctor` looks at. Each check answers with a state, one line, and what to do where it is not ok."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from occ_media_cli import __version__, times
from occ_media_cli.errors import OccMediaError, PartMissing, Refused, UsageError
from occ_media_cli.report.words import plural, shell
from occ_media_cli.user_defaults import KEYS, read_defaults
from occ_media_cli.values import value
from occ_media_cli.vocabulary import HealthState

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.store.locate import Location

_CLAMD_SECONDS = 10.0


@value
class DoctorCheck:
    """One line of the doctor. state: ok; missing, something works less; problem, something is wrong.

    cause: the error that was met, whose topic says more than `help`.
    """

    state: HealthState
    what: str
    detail: str
    help: str = ""
    cause: OccMediaError | None = None


@value
class Patient:
    """What is looked at: a store, at a moment, by a machine whose clock says `wall`; both in milliseconds."""

    location: Location
    now: int
    wall: int


def examine(location: Location, now: int, wall: int) -> list[DoctorCheck]:
    """All checks, in the order in which they are printed. Nothing is changed, and no problem stops the others."""
    patient = Patient(location, now, wall)
    found = [_program()]
    for check in (_defaults, _store, _copies, _libmagic, _clamd, _extras):
        try:
            found += check(patient)
        except OccMediaError as problem:
            found.append(
                DoctorCheck(
                    "problem", check.__name__.lstrip("_"), problem.where + problem.what, problem.hint or "", problem
                )
            )
    return found


def _program() -> DoctorCheck:
    python = ".".join(str(number) for number in sys.version_info[:3])
    return DoctorCheck("ok", "program", f"occ-media {__version__}, Python {python}")


def _defaults(_patient: Patient) -> Iterator[DoctorCheck]:
    """What the user has set for every run."""
    defaults = read_defaults()
    said = ", ".join(f"{key} {text}" for key, text in defaults.said.items())
    if said:
        yield DoctorCheck("ok", "defaults", f"{defaults.file}: {said}")
    else:
        yield DoctorCheck("ok", "defaults", f"none; {defaults.file} may set {', '.join(KEYS)}")


def _store(patient: Patient) -> Iterator[DoctorCheck]:
    location = patient.location
    if not location.exists:
        from occ_media_cli.store.new_place import find_meant

        meant = find_meant(location)
        if meant is not None:
            raise meant
        yield DoctorCheck("ok", "store", f"{location.path}, not made yet; the first change makes it")
        return
    mode = 0
    for path in {location.path, location.ledger}:
        mode |= path.stat().st_mode & 0o777 if path.exists() else 0
    from occ_media_cli.settings.editing import current
    from occ_media_cli.store.open import reading

    with reading(location) as store:
        number = len(current(store, patient.now).inboxes)
        words = f"{location.path}, {plural(number, 'inbox', 'inboxes')}, mode {mode:04o}"
        if mode & 0o007:
            yield DoctorCheck(
                "problem", "store", f"{words}: everybody on this host can open it",
                shell("chmod", "0600", str(location.path)),
            )  # fmt: skip
        elif not os.access(location.path, os.W_OK) or not os.access(location.path.absolute().parent, os.W_OK):
            yield DoctorCheck("missing", "store", f"{words}; you may read it, not change it")
        else:
            yield DoctorCheck("ok", "store", words)
        if store.connection is not None:
            yield from _sqlite(store.connection)
            yield _clock(store.connection, patient.wall)
            yield from _interrupted(store.connection)


def _interrupted(connection: sqlite3.Connection) -> Iterator[DoctorCheck]:
    """A change that a killed command left beside the chain, and those that a later command recorded for another."""
    from occ_media_cli.settings.intents import find_ended
    from occ_media_cli.store.documents import open_intent

    if open_intent(connection) is not None:
        yield DoctorCheck(
            "problem", "change", "one stands beside the chain, not on record: its command was killed, or somebody"
            " wrote it there", "the next change records it, or refuses it, and says so: occ-media store init",
        )  # fmt: skip
    ended = find_ended(connection)
    if ended:
        yield DoctorCheck(
            "missing", "change", f"{plural(len(ended), 'interrupted change')} ended by a later command,"
            f" {ended[-1].in_words()}", "ask who is named: occ-media audit --rule interrupted-change",
        )  # fmt: skip


def _copies(patient: Patient) -> Iterator[DoctorCheck]:
    """What a backup, a restore or a change that was killed left beside the store: it may hold all of its values."""
    from occ_media_cli.store import temporary

    location = patient.location
    for folder in sorted({location.ledger.absolute().parent, location.path.resolve().parent}):
        for path in temporary.left(folder):
            yield DoctorCheck(
                "problem", "copy", f"{path}: left by a command that was killed",
                "the next command that changes the store removes it, such as: occ-media store init",
            )  # fmt: skip


def _sqlite(connection: sqlite3.Connection) -> Iterator[DoctorCheck]:
    from occ_media_cli.store import facts

    health = facts.read_file_health(connection)
    words = f"{health.sqlite}, {health.journal.upper()}, synchronous {'FULL' if health.full_sync else 'not FULL'}"
    if health.damage is not None:
        yield DoctorCheck(
            "problem",
            "SQLite",
            f"{words}: the file is damaged: {health.damage}",
            "restore a backup: occ-media store restore FILE",
        )
    else:
        yield DoctorCheck("ok", "SQLite", words)
    seq, newest = facts.read_chain_ends(connection)
    if seq != newest:
        yield DoctorCheck(
            "problem", "chain", f"its head is {seq}, its newest entry {newest}", "occ-media ledger verify"
        )
    else:
        yield DoctorCheck("ok", "chain", f"{plural(int(seq or 0), 'entry')}; occ-media ledger verify recomputes all")


def _clock(connection: sqlite3.Connection, wall: int) -> DoctorCheck:
    from occ_media_cli.store.facts import read_newest_wall

    newest = read_newest_wall(connection)
    if newest is not None and wall < newest - times.CLOCKS_APART:
        return DoctorCheck(
            "problem", "clock", f"{times.text(wall)}, before the newest change at {times.text(newest)}",
            "set the machine's clock, for instance with timedatectl; where it is right, it was not then, and"
            " occ-media ledger verify says where it ran backwards",
        )  # fmt: skip
    return DoctorCheck("ok", "clock", times.text(wall))


def _libmagic(_patient: Patient) -> Iterator[DoctorCheck]:
    from occ_media_cli.media import libmagic

    try:
        yield DoctorCheck("ok", "libmagic", libmagic.version())
    except PartMissing as problem:
        yield DoctorCheck("missing", "libmagic", problem.what, problem.hint or "", problem)


def _clamd(patient: Patient) -> Iterator[DoctorCheck]:
    """Whether an antivirus answers, and what keeps it from calling a file clean."""
    from occ_media_cli.safety import antivirus

    try:
        with antivirus.session(now=patient.wall, seconds=_CLAMD_SECONDS) as engine:
            about = engine.about
    except (PartMissing, Refused, UsageError) as problem:
        yield DoctorCheck("missing", "clamd", f"{problem.what}; no file can be scanned", problem.hint or "", problem)
        return
    made = "of unknown age" if about.signatures_time is None else f"of {times.text(about.signatures_time)}"
    words = f"ClamAV {about.version}, signatures {about.signatures or 'of its own folder'}, {made}, {about.address}"
    if about.stale is not None:
        yield DoctorCheck("missing", "clamd", f"{words}: no file is called clean: {about.stale}", about.help)
    else:
        yield DoctorCheck("ok", "clamd", words)
    for setting in about.settings:
        if setting.good is False and not setting.needed:
            said = f"{setting.name} is {setting.found}, so some files stay not scanned"
            yield DoctorCheck("missing", "clamd", said, f"write '{setting.line}' into clamd.conf and start clamd again")
    for warning in about.warnings:
        yield DoctorCheck(
            "missing", "clamd", warning, "LocalSocketMode 660 in clamd.conf, and a group that may write to it"
        )


def _extras(_patient: Patient) -> Iterator[DoctorCheck]:
    from importlib import metadata

    from occ_media_cli.safety.scan import LIBRARIES

    try:
        wanted = metadata.requires("occ-media") or []
    except metadata.PackageNotFoundError:
        wanted = []
    extras: dict[str, list[str]] = {}
    for requirement in wanted:
        name, _, marker = requirement.partition(";")
        if "extra ==" in marker:
            extra = marker.rpartition("extra ==")[2].strip(" '\")")
            extras.setdefault(extra, []).append(_bare(name))
    extras.setdefault("safety", [*LIBRARIES])  # an installation may be older than what it runs
    for extra, packages in extras.items():
        if extra in ("dev", "all"):
            continue
        absent = [package for package in packages if not _installed(package, metadata.version)]
        if absent:
            yield DoctorCheck(
                "missing", "extra", f"{extra}: {', '.join(absent)}", shell("pip", "install", f"occ-media[{extra}]")
            )
        else:
            yield DoctorCheck("ok", "extra", f"{extra}: {', '.join(packages)}")


def _bare(requirement: str) -> str:
    import re

    return re.split(r"[^A-Za-z0-9._-]", requirement.strip(), maxsplit=1)[0]


def _installed(package: str, version: Callable[[str], str]) -> bool:
    from importlib.metadata import PackageNotFoundError

    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True
