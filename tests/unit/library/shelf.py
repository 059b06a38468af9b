"""Documents on record with their words, without files."""

from __future__ import annotations

import sqlite3
from hashlib import sha256
from typing import Any

from occ_media_cli.library import library_rows
from occ_media_cli.library.fingerprint import fingerprint
from occ_media_cli.library.library_rows import APPROVE, PROPOSE
from occ_media_cli.library.read_text import DocumentText, pack_words
from occ_media_cli.library.split_words import words_of
from occ_media_cli.settings import setting_rows
from occ_media_cli.store import chain, connect
from tests.unit.library.documents import text_of
from tests.unit.library.events import approved, proposed

NOW = 1000


def stamp(now: int) -> chain.Stamp:
    return chain.Stamp(now, now, "dana", "os", "host", "test")


def text(seed: int, *changed: tuple[int, str]) -> DocumentText:
    """A text of a hundred words, with some in the place of others."""
    words = [word for line in text_of(100, seed) for word in words_of(line)]
    for at, word in changed:
        words[at] = word
    return DocumentText(fingerprint(words), pack_words(words))


def content(name: str) -> str:
    return sha256(name.encode()).hexdigest()


class Shelf:
    """Puts documents on record; each version has one file, called after its content."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.numbers: dict[str, int] = {}

    def record(self, kind: str, body: dict[str, Any], now: int, reason: str | None = None) -> int:
        with connect.transaction(self.connection):
            return library_rows.record(self.connection, chain.Event(kind, body, now, reason), stamp(now))

    def add_inboxes(self, *names: str) -> None:
        """Put inboxes on record, numbered from 1."""
        for number, name in enumerate(names, 1):
            body = {"inbox": number, "name": name, "created": 0}
            with connect.transaction(self.connection):
                (seq,) = chain.append(self.connection, [chain.Event("inbox-add", body, 0)], stamp(0))
                setting_rows.apply(self.connection, "inbox-add", body, seq)

    def propose(
        self, name: str, version: str, said: DocumentText | None, now: int, *, sha256: str | None = None,
        **more: Any,
    ) -> tuple[int, dict[str, Any]]:  # fmt: skip
        """sha256: of its bytes, where they are those of another version."""
        number = self.numbers.setdefault(name, len(self.numbers) + 1)
        body = proposed(name, version, [sha256 or content(name + version)], document=number, **more)
        body["files"][0]["path"] = f"/shelf/{version}/{name}.pdf"
        if said is not None:
            body["files"][0]["text"] = said.for_record()
        seq = self.record(PROPOSE, body, now)
        if said is not None and said.packed is not None:
            with connect.transaction(self.connection):
                self.connection.execute(
                    "INSERT OR IGNORE INTO library_words (digest, words) VALUES (?, ?)",
                    (bytes.fromhex(said.fingerprint.digest), said.packed),
                )
        return seq, body

    def approve(self, name: str, version: str, said: DocumentText | None, now: int, **more: Any) -> int:
        seq, body = self.propose(name, version, said, now, **more)
        self.record(APPROVE, approved(seq, body), now + 1)
        return seq
