"""Files from Python: are they what they say, may they pass, and why not."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.api.arguments import Calls
from occ_media_cli.errors import UsageError
from occ_media_cli.values import value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from occ_media_cli.decide.diagnose import Line
    from occ_media_cli.decide.fit import Fitted
    from occ_media_cli.decide.result import FileResult
    from occ_media_cli.media.channels.profile import Profile
    from occ_media_cli.media.types import MediaType
    from occ_media_cli.safety.scanned_file import ScannedFile
    from occ_media_cli.times import Moment


@value
class ChannelUse:
    """A channel profile: what the channel takes, and the inboxes that are linked to it."""

    profile: Profile
    inboxes: tuple[str, ...]


class FileCalls(Calls):
    """Checking files."""

    def check(
        self,
        paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
        *,
        inbox: str | Sequence[str] | None = None,
        channels: Sequence[str] = (),
        direction: str | Sequence[str] | None = None,
        agent: str | None = None,
        strict: bool = False,
        include: Sequence[str] = (),
        exclude: Sequence[str] = (),
        all_files: bool = False,
        with_scan: bool = False,
        clamd: str | None = None,
        allow_remote: bool = False,
        signatures: str | os.PathLike[str] | None = None,
        now: Moment | None = None,
    ) -> Iterator[FileResult]:
        """Look at files and folders, one result a file, in byte order within a folder, as they are looked at.

        inbox: hold them against everything that holds there; channels: against these channels; without either, against
        the product's table. direction: `send` or `receive`, None for either. Of several inboxes or directions each must
        take a file. agent: who sends. strict: warnings count as errors. include, exclude: in folders, only what
        matches, and not what matches. all_files: in folders, also what systems leave there. with_scan: also look
        inside, as `scan` does with an antivirus that is required; clamd, allow_remote and signatures are those of it.

        Each result has `verdict` (`accepted`, `rejected`, `not-checked`), `type`, `size` and its `problems`.

        Raises UsageError for a question that contradicts itself, NotFound for an unknown inbox or channel, PartMissing
        without libmagic. A file that cannot be read is a result, `not-checked`.

            >>> for file in desk.check("outbox"):
            ...     print(file.shown, file.verdict, [problem.code for problem in file.problems])
            outbox/logo.png accepted []
            outbox/offer.docx rejected ['damaged']
        """
        from occ_media_cli.decide.policy_question import PolicyQuestion, policy_for
        from occ_media_cli.decide.result import check_files, work_of
        from occ_media_cli.ledger.query import listed
        from occ_media_cli.media.look import Look
        from occ_media_cli.places.globs import Globs

        moment, links = self._door.now(now), tuple(channels)
        policies = [
            policy_for(self._door.location, moment, PolicyQuestion(where, links, way, agent, strict))
            for where in listed(inbox) or (None,)
            for way in listed(direction) or (None,)
        ]
        look = Look(work_of(*policies), Globs(list(include), list(exclude)), all_files=all_files)
        given = (os.fsencode(path) for path in _several(paths))
        if not with_scan:
            return check_files(self._door.location, moment, look, given, policies)
        from occ_media_cli.safety.scan import Scanner

        asked = self._door.scan_request(
            moment, antivirus="required", clamd=clamd, allow_remote=allow_remote, signatures=signatures
        )

        def scanned() -> Iterator[FileResult]:
            with Scanner(asked, times.wall()) as scanner:
                yield from check_files(self._door.location, moment, look, given, policies, scanner)

        return scanned()

    def scan(
        self,
        paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
        *,
        only: Sequence[str] = (),
        antivirus: str | None = None,
        clamd: str | None = None,
        allow_remote: bool = False,
        signatures: str | os.PathLike[str] | None = None,
        strip: str | os.PathLike[str] | None = None,
        include: Sequence[str] = (),
        exclude: Sequence[str] = (),
        all_files: bool = False,
    ) -> Iterator[ScannedFile]:
        """Look inside files: malware, active content, sensitive text, metadata; one result a file, as they are scanned.

        only: of `active`, `sensitive` and `metadata`, without the antivirus; none stands for all. antivirus: `auto`
        asks clamd where it runs, `required` always, `off` never. clamd: its socket, or `tcp://HOST:PORT`. allow_remote:
        let files go to another machine. signatures: the folder of clamd's own signatures, which tells their age. strip:
        a folder for copies without metadata. include, exclude, all_files: as of `check`.

        Each result has `verdict` (`clean`, `flagged`, `infected`, `not-scanned`), its `problems`, the whole `scan` and
        the copy that was `written`. Clean is a file where every check that was asked for saw all of it.

        Raises UsageError for a word that is none and for a folder of copies among what is scanned, PartMissing without
        the extra `safety` or where a clamd that is asked for does not answer, Refused for one on another machine.

            >>> for file in desk.scan("outbox", only=["active"]):
            ...     print(file.shown, file.verdict, [problem.code for problem in file.problems])
            outbox/logo.png clean []
            outbox/offer.docx not-scanned ['not-scanned']
        """
        from occ_media_cli.media.look import Look
        from occ_media_cli.media.travel import recognise_work
        from occ_media_cli.places.globs import Globs
        from occ_media_cli.safety.copies import CopyWriter
        from occ_media_cli.safety.scan import Scanner
        from occ_media_cli.safety.scanned_file import scan_paths

        asked = self._door.scan_request(
            self._door.now(), only, antivirus, clamd=clamd, allow_remote=allow_remote, signatures=signatures,
            strip=strip is not None,
        )  # fmt: skip
        given = list(_several(paths))
        copies = None
        if strip is not None:
            copies = CopyWriter(os.fspath(strip), [os.fspath(path) for path in given], self._door.guard(*given))
        look = Look(recognise_work, Globs(list(include), list(exclude)), all_files=all_files)

        def scanned() -> Iterator[ScannedFile]:
            with Scanner(asked, times.wall()) as scanner:
                yield from scan_paths(scanner, look, (os.fsencode(path) for path in given), copies)

        return scanned()

    def fit(
        self,
        paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
        *,
        channel: str | None = None,
        inbox: str | None = None,
        max_size: str | int | None = None,
        write: str | os.PathLike[str] | None = None,
        quality_floor: float = 0.9,
        workers: int | None = None,
    ) -> Iterator[Fitted]:
        """Which channels take files as they are, and a copy that fits where they do not.

        write: a folder for the copies, one of each file that a channel, an inbox or the size does not take as it is.
        max_size: what a copy may have, as `5 MB` or in bytes. quality_floor: the least likeness to the original, from 0
        to 1 (SSIM). workers: files at a time, None for one on each core.

        Each result has `fits`: a `target`, whether it `takes` the file, and else the `fix`. With `write` it has the
        copy that was `written`, with its `path`, `changes`, and what was `lost`, or the `reason` why there is none;
        `as_it_is` where none is needed.

        Raises UsageError for a channel and an inbox together, for copies without any of channel, inbox and size, for
        what is about copies without `write`, and for a folder that holds originals, NotFound for an unknown channel or
        inbox. A file of which no copy can be made is a result.

            >>> (fitted,) = desk.fit("outbox/logo.png", channel="whatsapp-cloud")
            >>> fitted.fits[0].takes
            True
            >>> for each in desk.fit(["outbox/logo.png", "scans/scan.jpg"], channel="whatsapp-cloud", write="fitted"):
            ...     print(each.path, each.written.path if each.written else each.reason)
            outbox/logo.png it fits as it is
            scans/scan.jpg fitted/scan.png
        """
        from occ_media_cli.decide.fit_files import QUALITY_FLOOR, FitRun, most_bytes

        of_copies = {"max_size": max_size, "workers": workers, "quality_floor": quality_floor}
        plain = {"quality_floor": QUALITY_FLOOR}
        alone = next((name for name, given in of_copies.items() if given != plain.get(name)), None)
        if write is None and alone is not None:
            raise UsageError(
                f"{alone} is about copies, and nothing says where they go", hint="give write, the folder for them"
            )
        run = FitRun(
            self._door.location, self._door.now(), channel=channel, inbox=inbox,
            most=most_bytes(max_size, "max_size"),
        )  # fmt: skip
        given = list(_several(paths))
        if write is None:
            return run.files(given)
        guard = self._door.guard(*given)
        return run.write_copies(given, os.fspath(write), guard, floor=quality_floor, workers=workers)

    def diagnose(
        self,
        question: str,
        inbox: str,
        *,
        agent: str | None = None,
        file: str | os.PathLike[str] | None = None,
        entry: str | None = None,
        rate: float = 1.0,
        slow_after: int = 60,
    ) -> tuple[Line, ...]:
        """Why a file cannot be sent, received or seen: checks in the order in which to mend what they find.

        question: `cannot-send`, `cannot-receive` or `not-displayed`. file, entry: what it is about, one of them. rate:
        megabits a second to judge a download by; slow_after: seconds above which it is slow.

        Each check has `state` (`ok`, `problem`, `not seen`), `message` and `help`.

        Raises UsageError for a question that cannot be asked so, NotFound for an unknown inbox or entry, Incomplete for
        a file that cannot be read.

            >>> closed = desk.set("vip", {"send": False})
            >>> [line.message for line in desk.diagnose("cannot-send", "vip") if line.state == "problem"]
            ['send is off since 2024-03-04T10:00:00.000Z by dana (version 2)']
        """
        from occ_media_cli.decide.cases import diagnose_question

        path = os.fspath(file) if file is not None else None
        with self._door.reading() as store:
            return tuple(
                diagnose_question(
                    store, self._door.now(), question, inbox,
                    agent=agent, file=path, entry=entry, rate=rate, slow_after=slow_after,
                )
            )  # fmt: skip

    def types(self) -> tuple[MediaType, ...]:
        """The media types that the product takes, with category, limit and directions.

        Raises nothing; `channel` says what a channel takes.

            >>> [row.limit_mb for row in desk.types() if row.type == "pdf"]
            [100]
        """
        from occ_media_cli.media.types import TABLE

        return TABLE

    def channel(self, channel: str) -> Profile:
        """What one channel takes: `rules` with types, limits, and the source of each number.

        Raises NotFound, with the nearest name, for an unknown channel.

            >>> desk.channel("whatsapp-cloud").title
            'WhatsApp Cloud API'
        """
        from occ_media_cli.decide.policy_question import profile_alone

        return profile_alone(self._door.location, self._door.now(), channel)

    def channels(self) -> tuple[ChannelUse, ...]:
        """Every channel profile, the store's own included, and the inboxes that are linked to it.

        Raises StoreInvalid, with file and line, for an own profile with a mistake.

            >>> [use.profile.name for use in desk.channels() if use.inboxes]
            ['whatsapp-cloud']
        """
        from occ_media_cli.decide.policy_question import every_profile

        return tuple(ChannelUse(*found) for found in every_profile(self._door.location, self._door.now()))


def _several(paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]]) -> Iterable[str | os.PathLike[str]]:
    """Paths as an iterable: one alone is not taken for its letters."""
    from occ_media_cli.api.arguments import path

    if isinstance(paths, str | os.PathLike):
        return (paths,)

    def each() -> Iterator[str | os.PathLike[str]]:
        for item in paths:
            path(item, "an item of paths")
            yield item

    return each()
