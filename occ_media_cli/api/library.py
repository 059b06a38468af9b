"""The library of approved files from Python."""

from __future__ import annotations

from os import fsencode
from typing import TYPE_CHECKING

from occ_media_cli.api.arguments import Calls

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Sequence

    from occ_media_cli.library.allowed import Allowed
    from occ_media_cli.library.approving import LibraryApproval
    from occ_media_cli.library.file_answer import FileAnswer
    from occ_media_cli.library.library_list import LibraryFile
    from occ_media_cli.library.lookup import Lookup
    from occ_media_cli.library.record_proposal import Proposed
    from occ_media_cli.library.retiring import Retired
    from occ_media_cli.media.look import Look
    from occ_media_cli.store.open import Store
    from occ_media_cli.times import Moment, Span


class Library(Calls):
    """`desk.library`: the files that somebody approved, for whom, and until when."""

    def propose(
        self,
        paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
        name: str,
        label: str,
        *,
        inboxes: Sequence[str] = (),
        tags: Sequence[str] = (),
        expires: Moment | None = None,
        backdate: str | None = None,
    ) -> Proposed:
        """Propose one version of a document: its files, which may be several forms of it.

        label: what the version is called. inboxes, tags: for which inboxes, without any for all. expires: from then on
        it cannot be sent. Where a file may not be sent (`refused`), nothing is proposed and `proposal` is None.

        Raises UsageError for a name or a label that is none and an end that is past, NotFound for a missing store, an
        unknown inbox and a tag of nobody, Refused for a label that is approved with other bytes and for a change of
        the past without its reason.

            >>> [file.type for file in desk.library.propose("media/2024/new.pdf", "prices", "1").files]
            ['pdf']
        """
        from occ_media_cli.library.proposing import propose
        from occ_media_cli.library.record_proposal import ProposalRequest

        asked = ProposalRequest(name, label, tuple(inboxes), tuple(tags), self._moment(expires), backdate)
        with self._door.recording() as store:
            return propose(store, _listed(paths), asked, self._door.stamp())

    def add(
        self,
        paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
        *,
        name: str | None = None,
        label: str | None = None,
        inboxes: Sequence[str] = (),
        tags: Sequence[str] = (),
        expires: Moment | None = None,
        backdate: str | None = None,
    ) -> Proposed:
        """Propose many files at once, each a document of its own; of a folder, all that is below it.

        name: for all of them, else that of the folder. label: of the version, else today's date. Files that may not be
        sent are `refused`, those that are approved as they are `unchanged`, and approved ones that are not there any
        more `gone`; the rest is one proposal.

        Raises what `propose` raises.

            >>> desk.library.add("media", name="guides").files[0].document
            'guides/2022/old.pdf'
        """
        from occ_media_cli.library.propose_each import propose_each
        from occ_media_cli.library.record_proposal import ProposalRequest

        asked = ProposalRequest(name, label, tuple(inboxes), tuple(tags), self._moment(expires), backdate)
        with self._door.recording() as store:
            return propose_each(store, _listed(paths), asked, self._door.stamp())

    def approve(self, name: str, *, label: str | None = None, backdate: str | None = None) -> LibraryApproval:
        """Approve what was proposed, by its name or its id, so that it may be sent; not by who proposed it.

        label: which version, where several wait.

        Raises Refused for who proposed it, a name that may be read as another, a proposal that is approved, withdrawn,
        past its end or older than what is approved now, and for a change of the past without its reason; NotFound where
        nothing of the name was proposed, UsageError where several versions wait, StoreInvalid where it was altered.

            >>> proposed = desk.library.propose("media/2024/new.pdf", "prices", "1")
            >>> other = OccMedia("desk.db", actor="sam", now="2024-03-04T10:05:00Z")
            >>> other.library.approve("prices").proposal.version
            '1'
        """
        from occ_media_cli.library.approving import approve

        with self._door.recording() as store:
            return approve(store, name, self._door.stamp(), version=label, backdate=backdate)

    def retire(self, name: str, reason: str, *, label: str | None = None, backdate: str | None = None) -> Retired:
        """End a document, all documents below a name, or one version of it, and withdraw what of it waits.

        backdate: why it is of the past, for the record: no clock refuses it.

        Raises NotFound for an unknown document or version, UsageError for an empty reason.

            >>> proposed = desk.library.propose("media/2024/new.pdf", "prices", "1")
            >>> desk.library.retire("prices", "wrong prices").withdrawn
            (('prices', '1'),)
        """
        from occ_media_cli.library.retiring import retire

        with self._door.recording() as store:
            return retire(store, name, reason, self._door.stamp(), version=label, backdate=backdate)

    def list(
        self,
        *,
        states: Sequence[str] = (),
        inboxes: Sequence[str] = (),
        tags: Sequence[str] = (),
        names: Sequence[str] = (),
        expires_within: Span | None = None,
    ) -> tuple[LibraryFile, ...]:
        """The files of every version, by document; each filter takes what any of its values fits.

        states: `proposed`, `approved`, `approved-later`, `replaced`, `expired`, `retired`. names: patterns of
        documents, in any case.
        expires_within: what has not ended and does in so long.

        Raises NotFound for a missing store, an unknown inbox and a tag of nobody, UsageError for a word that is no
        state.

            >>> proposed = desk.library.propose("media/2024/new.pdf", "prices", "1")
            >>> [(file.name, file.state) for file in desk.library.list()]
            [('prices', 'proposed')]
        """
        from occ_media_cli import times
        from occ_media_cli.library.library_list import filters_of, list_library
        from occ_media_cli.library.library_states import STATES
        from occ_media_cli.report.meant import refuse_other_words

        for state in states:
            refuse_other_words(state, "states", STATES)
        now = self._door.now()
        end = None
        if expires_within is not None:
            end = times.later(now, times.span(expires_within, "expires_within"), "expires_within")
        with self._door.reading() as store:
            filters = filters_of(store, states=states, inboxes=inboxes, tags=tags, names=names, ends_by=end, now=now)
            return () if store.connection is None else tuple(list_library(store.connection, now, filters))

    def find(
        self,
        paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
        *,
        inboxes: Sequence[str] = (),
        include: Sequence[str] = (),
        exclude: Sequence[str] = (),
        all_files: bool = False,
    ) -> Iterator[FileAnswer]:
        """Which version of which document each file is, as they are looked up.

        inboxes: who would send it, each of which must be allowed to; without, any inbox that may. include, exclude,
        all_files: as of `check`.

        Each result has `may_be_sent`, its `verdict`, its `problems`, and its `answer`: `how` it is known (`exact`,
        `same-text`, `near`, `none`), as which `file`, which is the `current` one, and in which words they differ.

        Raises NotFound for a missing store and an unknown inbox, PartMissing without libmagic.

            >>> for file in desk.library.find("media/2024/new.pdf"):
            ...     print(file.verdict, file.answer.how, file.may_be_sent)
            unknown none False
        """
        from occ_media_cli.library.file_answer import find_files

        def found() -> Iterator[FileAnswer]:
            with self._door.reading() as store:
                yield from find_files(
                    _look(include, exclude, all_files=all_files), map(fsencode, _listed(paths)),
                    self._lookup(store, inboxes),
                )  # fmt: skip

        return found()

    def verify(
        self,
        folder: str | os.PathLike[str],
        *,
        inboxes: Sequence[str] = (),
        include: Sequence[str] = (),
        exclude: Sequence[str] = (),
        all_files: bool = False,
    ) -> Iterator[FileAnswer]:
        """Hold a folder to the library: what each file of it is, then each approved one that lay there and is `gone`.

        The rest is as of `find`.

        Raises what `find` raises.

            >>> [(file.shown, file.verdict) for file in desk.library.verify("media/2024")]
            [('media/2024/new.pdf', 'unknown')]
        """
        from occ_media_cli.library.held_folder import verify_folder

        def found() -> Iterator[FileAnswer]:
            with self._door.reading() as store:
                yield from verify_folder(
                    _look(include, exclude, all_files=all_files), fsencode(folder), self._lookup(store, inboxes)
                )

        return found()

    def _lookup(self, store: Store, inboxes: Sequence[str]) -> Lookup | None:
        from occ_media_cli.library.lookup import lookup_of

        return lookup_of(store, self._door.now(), inboxes)

    def allowed(self, file: str | os.PathLike[str], *, inbox: str | None = None) -> tuple[Allowed, ...]:
        """What allows a file to be sent now; nothing where nobody approved these very bytes for that.

        inbox: who would send it; without, whether any inbox may.

        Raises NotFound for a missing store and an unknown inbox, Incomplete for a file that cannot be read.

            >>> desk.library.allowed("media/2024/new.pdf", inbox="vip")
            ()
        """
        from occ_media_cli.library.allowed import allowed_file

        with self._door.reading() as store:
            return allowed_file(store, file, self._door.now(), inbox)

    @staticmethod
    def _moment(value: Moment | None) -> int | None:
        from occ_media_cli import times

        return None if value is None else times.moment(value, "expires")


def _listed(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
) -> list[str | os.PathLike[str]]:
    from os import PathLike

    return [paths] if isinstance(paths, str | PathLike) else list(paths)


def _look(include: Sequence[str], exclude: Sequence[str], *, all_files: bool) -> Look:
    from occ_media_cli.media.look import Look
    from occ_media_cli.media.travel import recognise_work
    from occ_media_cli.places.globs import Globs

    return Look(recognise_work, Globs([*include], [*exclude]), all_files=all_files)
