"""Files that the command line names: which options and arguments name one, and what no output may be written over.

A parameter whose Click type is a `NamedFile` is known by it to the guard of every run, and to the tests that walk the
command tree: a new option that reads or writes a file needs the type and nothing else.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from typer._click.types import ParamType

from occ_media_cli.errors import Slip, UsageError, WrongWord

if TYPE_CHECKING:
    from pathlib import Path

    from occ_media_cli.errors import OccMediaError
    from occ_media_cli.store.locate import Location
    from occ_media_cli.store.sink import Guard


NO_SUFFIX: frozenset[str] = frozenset()


class NamedFile(ParamType):
    """The type of a parameter that names a file or folder.

    writes: it is written. folder: what is written is a folder of files. below: what is read may be a folder, and every
    file in it is a source. spare: but not those with these suffixes, so that a folder which is only looked through
    (`check .`) takes the report of every run again. stream: `-` is standard output; nothing else that is written may
    go there, beside the answer. backup: what is written is a backup of the store, which may replace an older one of it.
    key: what is read is one file of a pair of keys, of which neither may be written over. media: what is read is the
    root of the media, in which nothing new is written either: it would be one of the files that are planned and purged.
    """

    name = "file"

    def __init__(
        self, *, writes: bool = False, folder: bool = False, below: bool = False, spare: frozenset[str] = NO_SUFFIX,
        stream: bool = False, backup: bool = False, key: bool = False, media: bool = False,
    ) -> None:  # fmt: skip
        self.writes, self.folder, self.below, self.spare, self.stream = writes, folder, below, spare, stream
        self.backup, self.key, self.media = backup, key, media

    def convert(self, value: Any, _param: object, _context: object) -> Any:
        """The name as it was typed; what it leads to is for the guard."""
        return value


READ = NamedFile()
READ_KEY = NamedFile(key=True)
READ_BELOW = NamedFile(below=True)
READ_MEDIA = NamedFile(below=True, media=True)
READ_WALKED = NamedFile(below=True, spare=frozenset({".html", ".json", ".md", ".ndjson", ".sarif", ".xml"}))
WRITE = NamedFile(writes=True)
WRITE_BACKUP = NamedFile(writes=True, backup=True)
OUTPUT = NamedFile(writes=True, stream=True)
WRITE_FOLDER = NamedFile(writes=True, folder=True)


def guard_of(parameters: list[Any], values: dict[str, Any], location: Location) -> Guard | None:
    """What this run must not write over; None where it writes no file.

    parameters: those of the command, as Click knows them. Raises UsageError, before the command has done anything, for
    a name that nothing may be written to, and for two outputs that are one file.
    """
    named = [(item, values.get(item.name)) for item in parameters if isinstance(item.type, NamedFile)]
    for item, value in named:
        if item.type.writes and not item.type.stream and str(value) == "-":
            option = item.opts[0] if item.opts[0].startswith("-") else item.metavar
            raise UsageError(
                f"{option} cannot go to standard output; nothing was written", hint=f"name a file with {option}"
            )
    written = [(item, value) for item, value in named if item.type.writes and value not in (None, "-")]
    for item, value in written:
        if item.type.stream:
            _refuse_format(str(value), _options_of(item), parameters)
        if not item.type.folder and not item.type.backup:
            _refuse_slip(str(value), _options_of(item))
    if not written:
        return None
    from occ_media_cli.store.sink import Guard

    guard = Guard(location, backup=any(item.type.backup for item, _ in written))
    for item, value in named:
        if not item.type.writes:
            for name in _names(value):
                guard.protect(name, below=item.type.below, spare=item.type.spare, media=item.type.media)
                if item.type.key:
                    guard.protect(f"{name}.pub")
                    guard.protect(str(name).removesuffix(".pub"))
    if _standard_input_is_file():
        guard.protect("/dev/fd/0")
    taken: dict[Path, str] = {}
    for item, value in written:
        place = guard.folder(value) if item.type.folder else guard.target(value)
        option = item.opts[0] if item.opts[0].startswith("-") else item.metavar
        if place in taken:
            raise UsageError(
                f"{taken[place]} and {option} name the same file; nothing was written",
                file=str(value), hint=f"name another file with {option}",
            )  # fmt: skip
        taken[place] = str(option)
        if not item.type.folder:
            guard.reserve(place)
    return guard


ENDINGS = (
    ".csv", ".html", ".json", ".md", ".ndjson", ".parquet", ".sarif", ".toml", ".tsq", ".txt", ".xlsx", ".xml", ".zip",
)  # fmt: skip
"""The endings of what is written: a document, every format of a report or an export, a bundle, a time-stamp query."""


def mean_file_beside(problem: OccMediaError, parameters: list[Any], values: dict[str, Any]) -> None:
    """Tell, with an error about a file to read that is not there, the one beside it that was meant.

    parameters, values: as `guard_of` has them. An error that knows its slip already stays as it is.
    """
    from occ_media_cli.report.meant import file_meant
    from occ_media_cli.report.words import question

    read = [item for item in parameters if isinstance(item.type, NamedFile) and not item.type.writes]
    for item in read:
        for name in _names(values.get(item.name)):
            if not name or problem.slip is not None or not _tells_of(problem, name) or os.path.lexists(name):
                continue
            near = file_meant(name)
            if near is not None:
                problem.what += question(near)
                problem.slip = Slip(name, (near,), _options_of(item))


def _tells_of(problem: OccMediaError, name: str) -> bool:
    plain = os.path.normpath(name)
    return plain in problem.what or (problem.file is not None and os.path.normpath(problem.file) == plain)


def _options_of(item: Any) -> tuple[str, ...]:
    """How a parameter is written; nothing for an argument."""
    return tuple(each for each in item.opts if each.startswith("-"))


def _refuse_slip(name: str, options: tuple[str, ...]) -> None:
    """UsageError for a file to write whose ending is a slip of one: nobody would find it as what it is."""
    from occ_media_cli.report.meant import endings_meant
    from occ_media_cli.report.words import or_words, question

    meant = endings_meant(name, ENDINGS)
    if meant:
        raise UsageError(
            f"ends like no format{question(*meant)} Nothing was written", file=name, hint=f"name it {or_words(meant)}",
            slip=Slip(name, meant, options) if len(meant) == 1 else None,
        )  # fmt: skip


def _refuse_format(name: str, options: tuple[str, ...], parameters: list[Any]) -> None:
    """WrongWord for the bare name of a format where a file to write is named, as `-o json` of other tools."""
    item = next((each for each in parameters if "--format" in each.opts), None)
    if item is None or name not in item.type.choices:
        return
    raise WrongWord(
        f"{options[0]} '{name}' names a format and no file; nothing was written", typed=name, options=options,
        meant=None, hint=f"write --format {name}; a file of that name is {options[0]} ./{name}",
    )  # fmt: skip


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, list | tuple):
        yield from (str(name) for name in value)
    elif value not in (None, "-"):
        yield str(value)


def _standard_input_is_file() -> bool:
    try:
        return stat.S_ISREG(os.fstat(0).st_mode)
    except OSError:  # closed
        return False


def write_none(parameters: list[Any], values: dict[str, Any]) -> None:
    """Forget the outputs of a run that only says what it would do: a report of it goes to standard output."""
    for item in parameters:
        if isinstance(item.type, NamedFile) and item.type.writes and not item.required and item.name in values:
            values[item.name] = None
