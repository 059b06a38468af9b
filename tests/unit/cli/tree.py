"""Walking the command tree, so that a new option is tested without being listed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from occ_media_cli.cli.app import command_line
from occ_media_cli.cli.named_files import NamedFile
from occ_media_cli.cli.one_of import OneOf


class Command(NamedTuple):
    """A command by its words, and its parameters without those that every command takes."""

    words: tuple[str, ...]
    click: Any
    parameters: tuple[Any, ...]


def commands() -> list[Command]:
    """Every command, groups that do something by themselves included."""
    return list(_below(command_line(), ()))


def _below(command: Any, words: tuple[str, ...]) -> Iterator[Command]:
    children = getattr(command, "commands", {})
    if words and (not children or command.invoke_without_command):
        own = tuple(item for item in command.params if not item.name.startswith("global_") and item.name != "help")
        yield Command(words, command, own)
    for name, child in children.items():
        yield from _below(child, (*words, name))


def is_option(item: Any) -> bool:
    """Whether a parameter is an option and no argument."""
    return bool(item.opts[0].startswith("-"))


def is_number(item: Any) -> bool:
    """Whether a parameter takes a number."""
    return item.type.name in ("integer", "float", "integer range")


def fill(command: Command, given: dict[str, str], file: str) -> list[str]:
    """A command line with some parameters given, and what it must have besides: `file` where a file is read."""
    line: list[str] = [*command.words]
    for item in command.parameters:
        value = given.get(item.name)
        if value is None and item.required:
            value = file if isinstance(item.type, NamedFile) else _any(item)
        if value is not None:
            line += [item.opts[0], value] if is_option(item) else [value]
    return line


def _any(item: Any) -> str:
    if isinstance(item.type, OneOf):
        return item.type.choices[0]
    return "1" if is_number(item) else "x"


class Sink(NamedTuple):
    """A place of the command line where a file to write is named."""

    command: Command
    parameter: Any

    @property
    def title(self) -> str:
        """For the name of a test."""
        return f"{' '.join(self.command.words)} {self.parameter.opts[0]}"


def sinks() -> list[Sink]:
    """Every place where a file to write is named."""
    return [
        Sink(command, item)
        for command in commands()
        for item in command.parameters
        if isinstance(item.type, NamedFile) and item.type.writes
    ]


STORES = ("s.db", "s.toml", "o.db", "o.toml")
"""The stores of a folder: each kind twice, of which a command works with the first."""

TARGETS = {
    "store": ("s.db", "is the store"),
    "document": ("s.toml", "is the document of the store"),
    "ledger": ("s.ledger.db", "is the ledger of the store"),
    "wal": ("s.db-wal", "is a working file of the store"),
    "ledger-journal": ("s.ledger.db-journal", "is a working file of the store"),
    "lock": (".s.toml.lock", "is a working file of the store"),
    "hard link": ("hard", "is the store"),
    "link": ("link", "is the store"),
    "link in a folder": ("elsewhere/s.toml", "is the document of the store"),
    "other store": ("o.db", "is another store"),
    "link to another store": ("another", "is a store or a backup of one"),
    "other document": ("o.toml", "is the document of another store"),
    "link to another document": ("elsewhere/o.toml", "is the document of another store"),
    "other ledger": ("o.ledger.db", "is the ledger of another store"),
    "other wal": ("o.db-wal", "is a working file of another store"),
    "other shm": ("o.ledger.db-shm", "is a working file of another store"),
    "other journal": ("o.db-journal", "is a working file of another store"),
    "other lock": (".o.toml.lock", "is a working file of another store"),
    "lock of other purges": (".o.db.purge.lock", "is a working file of another store"),
    "backup of another store": ("o.backup", "is a store or a backup of one"),
    "source": ("source", "is read by this command"),
}

"""What must never be written over: its name in the folder that `world` makes, and what is said about it."""

WORDS_OF_BACKUP = "is another store, or a backup of one"
"""What `store backup` says, which looks into a store, of those that it may not replace."""


def store_of(target: str) -> str:
    """Which of the two stores of the world a target belongs to."""
    return "s.toml" if target in ("document", "ledger", "ledger-journal", "lock", "link in a folder") else "s.db"


def world(folder: Path) -> None:
    """Add the links, the source and a backup to a folder that holds both kinds of store, twice."""
    (folder / "hard").hardlink_to(folder / "s.db")
    (folder / "link").symlink_to("s.db")
    (folder / "elsewhere").symlink_to(".")
    (folder / "another").hardlink_to(folder / "o.db")
    (folder / "source").write_text("[inboxes.vip]\n")


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of the folder; SQLite's own files come and go while it reads."""
    return {item.name: item.read_bytes() for item in folder.iterdir()
            if item.is_file() and not item.name.endswith(("-wal", "-shm"))}  # fmt: skip


def is_refused(target: str, said: str) -> bool:
    """Whether the answer of a command says what its target is, and that nothing was written."""
    what = TARGETS[target][1]
    inside = "backup of one" in what or what == "is another store"
    return f"{what}; nothing was written" in said or (inside and f"{WORDS_OF_BACKUP}; nothing was written" in said)


def lines(target: str, sink: Sink) -> list[list[str]]:
    """The command lines that would write a sink's file over a target; for a source, one for each place to read it."""
    name, _ = TARGETS[target]
    parameter = sink.parameter.name
    if target != "source":
        return [fill(sink.command, {parameter: name}, "source")]
    read = [item for item in sink.command.parameters if isinstance(item.type, NamedFile) and not item.type.writes]
    return [fill(sink.command, {parameter: name, item.name: name}, "other") for item in read]
