"""The command that proposes a document again, so that who pastes it takes nothing from anybody: an approval ends the
one before it, for every inbox and with every file of it."""

from __future__ import annotations

import os
from dataclasses import dataclass

from occ_media_cli import times
from occ_media_cli.library.library_names import is_erased
from occ_media_cli.report.file_words import file_word
from occ_media_cli.report.words import items, shell, shell_named


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a proposal has to name. inboxes, tags: the scope of the version that it takes the place of, and who asks;
    neither is every inbox. expires: when that one ends, in milliseconds. beside: where its other files lie; away: those
    of them that do not lie there now. unused: tags of that scope that no inbox has: no proposal can name
    them."""

    inboxes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    expires: int | None = None
    beside: tuple[str, ...] = ()
    away: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()


EVERYWHERE = Renewal()
"""Of one for every inbox, without an end."""

NOBODY = "NAME"
"""Stands for an inbox where those of a scope were all removed, as without any it would be for every inbox."""


def propose_line(path: str, name: str, version: str, renewal: Renewal) -> str:
    """The command, with what has to be done before it. path: the file that is proposed."""
    here = os.path.abspath(path)  # noqa: PTH100 - as it would be proposed
    words = ["occ-media", "library", "propose", *map(_file, (path, *(each for each in renewal.beside if each != here)))]
    words += ["--name", "NAME" if is_erased(name) else name, "--version", version]
    for inbox in renewal.inboxes:
        words += ["--inbox", inbox]
    for tag in renewal.tags:
        words += ["--tag", tag]
    if renewal.expires is not None:
        words += ["--expires", times.text(renewal.expires)]
    away = [each for each in renewal.away if each != here and not is_erased(each)]
    return (f"bring back {items(away)}, then: " if away else "") + shell(*words)


def retire_line(name: str) -> str:
    """The command that ends a document."""
    return shell_named(("occ-media", "library", "retire"), (name,), ("--reason", "TEXT"))


def _file(path: str) -> str:
    return "FILE" if is_erased(path) else file_word(path)
