"""Settings as documents from Python: export, plan, apply, drift, and histories that were kept elsewhere."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from occ_media_cli.api.arguments import Calls

if TYPE_CHECKING:
    from collections.abc import Mapping

    from occ_media_cli.errors import OccMediaError
    from occ_media_cli.settings.document.against_store import AppliedDocument, DocumentComparison


class DocumentCalls(Calls):
    """Settings documents beside the store."""

    def export(self, file: str | os.PathLike[str] | None = None) -> str:
        """The settings in force and the boxes ahead as a TOML document, which is written to a file too.

        Raises NotFound for a missing store, UsageError for a file that may not be written, Incomplete for a full disk.

            >>> desk.export().splitlines()[-3:]
            ['[agents.mona]', 'role = "agent"', 'inboxes = ["vip"]']
        """
        from occ_media_cli.settings.document.render import render
        from occ_media_cli.settings.editing import current
        from occ_media_cli.settings.model import Config
        from occ_media_cli.store import sink

        now = self._door.now()
        with self._door.reading() as store:
            config = current(store, now)
        text = render("", Config(), config, now=now, file="the export")
        if file is not None:
            sink.write(os.fspath(file), [text.encode("utf-8")], self._door.guard())
        return text

    def validate(self, file: str | os.PathLike[str]) -> list[OccMediaError]:
        """Everything that is wrong with a document, by line: each error has `what`, `line` and `hint`; none is valid.

        Raises Incomplete for a file that cannot be read.

            >>> [(error.line, error.what) for error in desk.validate("settings.toml")]
            []
        """
        from occ_media_cli.decide.known_profiles import known_profiles
        from occ_media_cli.decide.known_rules import known_rules
        from occ_media_cli.settings.document.against_store import validate_document

        where, rules = self._door.location, known_rules(self._door.location.path.parent)
        return validate_document(where, self._door.now(), os.fspath(file), profiles=known_profiles, rules=rules)[1]

    def plan(self, file: str | os.PathLike[str], *, prune: bool = False) -> DocumentComparison:
        """What `apply` would change: the `differences` between the store and a document; nothing is written.

        prune: what the document does not name is to go.

        Raises Incomplete for a file that cannot be read, MalformedInput, with file and line, for one that is broken.

            >>> [(item.action, item.name, item.field) for item in desk.plan("settings.toml").differences]
            [('change', 'vip', 'receive')]
        """
        from occ_media_cli.decide.known_profiles import known_profiles
        from occ_media_cli.decide.known_rules import known_rules
        from occ_media_cli.settings.document.against_store import compare_document

        now = self._door.now()
        where = self._door.location
        return compare_document(
            where, now, os.fspath(file), prune=prune, profiles=known_profiles, rules=known_rules(where.path.parent)
        )

    def apply(
        self,
        file: str | os.PathLike[str],
        *,
        prune: bool = False,
        max_remove: str | None = None,
        reason: str | None = None,
        backdate: str | None = None,
    ) -> AppliedDocument:
        """Make the store say what a document says, whole or not at all.

        prune: what the document does not name goes. max_remove: let so many inboxes or agents go, `12` or `50%`; 30 %
        otherwise.

        Raises what `plan` raises, UsageError for a max_remove that is none, and Refused for a document that would
        remove more, or changes the past without its reason.

            >>> [done.inbox for done in desk.apply("settings.toml", reason="review of March").outcomes]
            ['vip']
        """
        from occ_media_cli.errors import UsageError
        from occ_media_cli.limits import parse_limit
        from occ_media_cli.settings.document.against_store import (
            AppliedDocument,
            apply_document,
            refuse_wide_removal,
        )

        self._door.refuse_if_read_only()
        try:
            allowed = parse_limit(max_remove) if max_remove is not None else None
        except ValueError as problem:
            raise UsageError(f"max_remove {problem}", hint="give 12 or 50%") from None
        shown = self.plan(file, prune=prune)
        if not shown.differences and self._door.location.exists:
            return AppliedDocument([], [], [], False)
        refuse_wide_removal(shown, allowed)
        with self._door.editing(first_inbox=False) as editor:
            return apply_document(editor, shown, self._door.now(), reason=reason, backdate=backdate)

    def drift(self, file: str | os.PathLike[str]) -> DocumentComparison:
        """Whether the store still says what a document says: the `differences` from the document to the store.

        Raises what `plan` raises.

            >>> [(item.action, item.kind, item.name) for item in desk.drift("settings.toml").differences][-1]
            ('add', 'agent', 'mona')
        """
        from occ_media_cli.decide.known_profiles import known_profiles
        from occ_media_cli.decide.known_rules import known_rules
        from occ_media_cli.settings.document.against_store import compare_document

        now = self._door.now()
        where, rules = self._door.location, known_rules(self._door.location.path.parent)
        return compare_document(
            where, now, os.fspath(file), prune=True, profiles=known_profiles, rules=rules, drift=True
        )

    def import_history(self, file: str | os.PathLike[str]) -> Mapping[str, int]:
        """Take in settings that were kept elsewhere; how many versions each inbox got.

        file: what a history written as JSON says, or one object a line with `name`, `valid_from` and fields.

        Raises Incomplete for a file that cannot be read, MalformedInput, with file and line, for one that is broken.

            >>> desk.import_history("before.ndjson")
            {'vip': 1}
        """
        from pathlib import Path

        from occ_media_cli.settings import history_import, imported

        self._door.refuse_if_read_only()
        rows = imported.load_history(Path(file))
        with self._door.editing(first_inbox=False) as editor:
            return history_import.record(editor, rows, Path(file).name)
