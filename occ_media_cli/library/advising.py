"""What has to be known to say what to do about a file: which one may be sent instead, where it lies and for whom it is,
and what a proposal of it has to name."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from occ_media_cli.library.allowed import inboxes_of
from occ_media_cli.library.library_match import OTHER_INBOX, KnownFile, LibraryMatch
from occ_media_cli.library.library_scope import known_tags, named_scopes, reach_of
from occ_media_cli.library.renewal import NOBODY, Renewal

if TYPE_CHECKING:
    from occ_media_cli.library.known_files import KnownFiles
    from occ_media_cli.library.originals import Originals


class Adviser:
    """Advises who asks about files. names: of the inboxes that would send, in their order, for what people are told.
    originals: what was looked at already. together: numbers and names of all that ask about the file, where each is
    asked about by itself: one proposal is for all of them, as a second one would end the first."""

    def __init__(
        self, files: KnownFiles, names: Sequence[str], originals: Originals, together: Sequence[tuple[int, str]]
    ) -> None:
        self._files, self._names, self._originals, self._together = files, names, originals, together

    def advise(self, match: LibraryMatch, shown: str | None = None) -> LibraryMatch:
        """The match, with what has to be known to say what to do about it.

        shown: where the file lies that it is of; where that is the place of the approved one, nobody has to look.
        """
        file, current = match.file, match.current
        if file is None:
            return replace(match, renewal=Renewal(tuple(name for _, name in self._together)))
        if match.may_be_sent:
            if shown is None or os.path.abspath(shown) != file.path:  # noqa: PTH100 - as it was proposed
                file = current = self._look_at(file)
            return replace(match, file=file, current=current)
        elsewhere = self._files.most_like(file, OTHER_INBOX, match.type) if current is None else None
        current, elsewhere = (each and self._look_at(each) for each in (current, elsewhere))
        lasts = current or elsewhere
        allowed: tuple[str, ...] = ()
        not_for: tuple[str, ...] = ()
        other = file if file.state == OTHER_INBOX and match.how == "exact" else elsewhere
        if other is not None:
            allowed = inboxes_of(self._files.connection, self._files.now, other.sha256, self._files.unrecorded)
            not_for = tuple(name for name in self._names if name not in allowed)
        renewal = self._renewal(match, lasts or file, lasts=lasts is not None)
        return replace(match, current=current, elsewhere=elsewhere, approved_for=allowed, not_for=not_for,
                       renewal=renewal)  # fmt: skip

    def _look_at(self, file: KnownFile) -> KnownFile:
        return replace(file, lies=self._lies(file))

    def _lies(self, file: KnownFile) -> bool:
        return self._originals.lies(file.path, file.size, file.sha256)

    def _renewal(self, match: LibraryMatch, file: KnownFile, *, lasts: bool) -> Renewal:
        """What a proposal names that takes the place of a version, or lets it be sent by those who ask too. file: of
        that version. lasts: whether it may be sent by anybody still."""
        inboxes, tags = named_scopes(self._files.connection, file.event).get(file.event, ((), ()))
        names = [name for name, removed in inboxes if removed is None]
        there = known_tags(self._files.connection, self._files.now)
        unused = tuple(tag for tag in tags if tag not in there)
        is_limited, tags = bool(inboxes or tags), tuple(tag for tag in tags if tag in there)
        if is_limited:
            within = {
                number
                for number, _ in self._together
                if file.event in reach_of(self._files.connection, [number], self._files.now, self._files.unrecorded)
            }
            names += [name for number, name in self._together if number not in within and name not in names]
        if is_limited and not (names or tags):
            names = [NOBODY]
        forms = self._files.select(
            "l.seq = :event AND l.document = :document ORDER BY l.place", event=file.event, document=file.document
        )
        place = _form_of(match, file, forms)
        beside = [each for each in forms if each.place != place]
        away = tuple(each.path for each in beside if not self._lies(each))
        expires = file.expires if lasts else None
        return Renewal(tuple(names), tags, expires, tuple(each.path for each in beside), away, unused)


def _form_of(match: LibraryMatch, file: KnownFile, forms: Sequence[KnownFile]) -> int | None:
    """The place of the form of a document that a file is another save of: that of its own type. None where it is one
    more: the same words in a type that the document does not have."""
    if match.type in ("", file.type):
        return file.place
    own = next((each.place for each in forms if each.type == match.type), None)
    return file.place if own is None and match.how != "same-text" else own
