"""Random histories of the approved library, and an oracle over the plain list of what was done: may this content be
sent now, by this inbox? It shares no code and no SQL with the program."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli import times
from occ_media_cli.api import OccMedia
from occ_media_cli.errors import OccMediaError
from occ_media_cli.library import propose_each, proposing
from occ_media_cli.library.allowed import allowed
from occ_media_cli.library.approving import approve
from occ_media_cli.library.library_list import LibraryFilters, list_library
from occ_media_cli.library.proposed_files import FileLook, LookedFile
from occ_media_cli.library.record_proposal import ProposalRequest
from occ_media_cli.library.retiring import retire
from occ_media_cli.retention.ledger_check import verify_whole
from occ_media_cli.settings.editing import editing
from occ_media_cli.settings.membership import add_item, take_item
from occ_media_cli.store import chain, locate
from occ_media_cli.store import open as opening

START = times.parse("2026-01-01")
HOUR = 3_600_000
NAMES = ("Prices", "terms", "guides/one.pdf", "guides/two.pdf")
PEOPLE = ("dana", "sam", "Dana", "dana ", "kim", "d\u0430na")
SAME = {"dana": "dana", "Dana": "dana", "dana ": "dana", "sam": "sam", "kim": "kim"}
"""Who each name is; one that mixes letters of two scripts is nobody."""


UNTAGGED = """SELECT seq FROM library_allowed l WHERE sha256 = ?1 AND from_ms <= ?2 AND to_ms > ?2
  AND (inbox_id IS NULL OR inbox_id = ?3)
  AND NOT EXISTS (SELECT 1 FROM library_scope s WHERE s.event = l.seq AND s.tag IS NOT NULL)"""
"""What may be sent, whatever tags an inbox has: a restore takes these back, as it does every setting."""


@dataclass
class Asked:
    """A proposal as the oracle keeps it. wall: the machine's clock. approved: from when on, and in which order. gone:
    documents that were withdrawn from it or ended in it."""

    name: str
    version: str
    files: dict[str, str]
    several: bool
    inboxes: set[int]
    tags: set[str]
    expires: int | None
    now: int
    wall: int
    who: str
    approved: tuple[int, int] | None = None
    gone: set[str] = field(default_factory=set)


@dataclass
class Recall:
    """A retirement. since: from when on it holds. order: its place among approvals and retirements. version: None for
    whole documents. ended: what it ended or withdrew, by the place of the proposal, and the document."""

    since: int
    order: int
    version: str | None
    ended: set[tuple[int, str]]


@dataclass
class History:
    """What was done, in its order, and the inboxes: name by number, and tags as they changed."""

    asked: list[Asked] = field(default_factory=list)
    recalls: list[Recall] = field(default_factory=list)
    orders: int = 0
    changes: list[tuple[int, int, set[str]]] = field(default_factory=list)
    inboxes: dict[int, str] = field(default_factory=dict)
    tags: dict[int, list[tuple[int, set[str]]]] = field(default_factory=dict)
    second: bool = True
    refused: int = 0
    done: int = 0
    may: int = 0

    def may_be_sent(self, content: str, inbox: int, now: int) -> bool:
        """The oracle's answer."""
        return any(self._lets(each, content, inbox, now) for each in self.asked)

    def _lets(self, each: Asked, content: str, inbox: int, now: int) -> bool:
        if each.approved is None or now < each.approved[0]:
            return False
        if each.expires is not None and now >= each.expires:
            return False
        documents = [name for name, held in each.files.items() if held == content and now < self.end(each, name)]
        if not documents:
            return False
        has = next((tags for since, tags in reversed(self.tags[inbox]) if since <= now), set[str]())
        return not (each.inboxes or each.tags) or inbox in each.inboxes or bool(has & each.tags)

    def end(self, each: Asked, key: str) -> float:
        """When a document ends in an approved proposal."""
        return min(self.replaced(each, key), self.retired(each, key))

    def replaced(self, each: Asked, key: str) -> float:
        """When the next approval of a document begins. One that was recalled before it began is none for those that
        were made after that."""
        ends = [NEVER]
        if each.approved is None:
            return NEVER
        for place, other in enumerate(self.asked):
            if (
                other.approved is not None
                and key in other.files
                and other.approved > each.approved
                and not any(
                    (place, key) in recall.ended
                    and recall.order < each.approved[1]
                    and recall.since <= other.approved[0]
                    for recall in self.recalls
                )
            ):
                ends.append(other.approved[0])
        return min(ends)

    def retired(self, each: Asked, key: str) -> float:
        """When a recall ends a document in a proposal: one that found it there, or an approval that was made later for
        a time that is not later than the recall."""
        ends, place = [NEVER], self.asked.index(each)
        for recall in self.recalls:
            if (place, key) in recall.ended:
                ends.append(max(recall.since, each.approved[0] if each.approved else recall.since))
            elif (
                each.approved is not None and recall.order < each.approved[1] and each.approved[0] <= recall.since
                and any(key == about for _, about in recall.ended) and recall.version in (None, each.version)
                and key not in each.gone
            ):  # fmt: skip
                ends.append(recall.since)
        return min(ends)

    def has_lost_its_place(self, each: Asked) -> bool:
        """Whether a document of a proposal that waits was proposed again, or a newer one of it is approved: it is approved
        whole or not at all."""
        return each.approved is None and any(
            set(each.files) & set(other.files)
            and (other.approved is not None or (other.name, other.version) == (each.name, each.version))
            for other in self.asked[self.asked.index(each) + 1 :]
        )

    def state(self, each: Asked, key: str, now: int) -> str:
        """What a document of a proposal is at a moment, by all that is on record."""
        retired, replaced, expires = self.retired(each, key), self.replaced(each, key), each.expires or NEVER
        if each.approved is None:
            if key in each.gone:
                return "retired"
            if expires <= now:
                return "expired"
            return "replaced" if self.has_lost_its_place(each) else "proposed"
        begins = each.approved[0]
        end, _, how = min((retired, 0, "retired"), (replaced, 1, "replaced"), (expires, 2, "expired"))
        if end <= max(begins, now):
            return how
        return "approved" if begins <= now else "approved-later"

    def next_order(self) -> int:
        self.orders += 1
        return self.orders

    def newest(self, documents: set[str] | None, clock: int) -> int | None:
        """The time of the newest change of some documents, or of all."""
        return max((now for now, wall, about in self.changes if now <= max(wall, clock)
                    and (documents is None or about & documents)), default=None)  # fmt: skip


NEVER = float("inf")


def low(name: str) -> str:
    return name.lower()


class Runner:
    """Does random things to a store and to a history, and compares."""

    def __init__(self, folder: Path, seed: int, patch: pytest.MonkeyPatch) -> None:
        self.rng, self.place = random.Random(seed), locate.at(folder / "s.db", explicit=True)
        self.clock, self.history = START, History()
        patch.setattr(times, "wall", lambda: self.clock)
        for module in (proposing, propose_each):
            patch.setattr(module, "look_at_files", self.look)
        with editing(self.place, self.stamp("dana"), first_inbox=False) as editor:
            for number, name in enumerate(("vip", "lab"), 1):
                editor.add_inbox(name)
                self.history.inboxes[number], self.history.tags[number] = name, [(self.clock, set())]

    def stamp(self, who: str, now: int | None = None) -> chain.Stamp:
        return chain.Stamp(self.clock if now is None else now, self.clock, who, f"os-{who.strip()}", "host", "test")

    def look(self, paths: Any, *, folders: bool) -> Any:
        """Files without a disk: the content is named by the path."""
        found = []
        for path in paths:
            name, _, content = str(path).rpartition("=")
            digest = sha256(content.encode()).hexdigest()
            found.append(LookedFile(str(Path("/files") / name).encode(), digest, 9, "pdf"))
        return found, [], FileLook()

    def moment(self) -> int | None:
        """The time that a change asks for: mostly none."""
        return self.rng.choice((None,) * 6 + (self.clock - self.rng.randrange(1, 200) * HOUR,
                                              self.clock + self.rng.randrange(1, 200) * HOUR))  # fmt: skip

    def step(self) -> None:
        self.clock += self.rng.choice((1, HOUR, 30 * HOUR))
        act = self.rng.choice((self.propose,) * 5 + (self.approve,) * 6 + (self.retire,) * 2 + (self.tag, self.rename,
                               self.remove, self.add_inbox))  # fmt: skip
        drift = self.rng.choice((0,) * 8 + (900 * HOUR, 20 * HOUR, -2, -40 * HOUR))
        if drift and act in (self.propose, self.approve, self.retire):
            self.clock += drift
            act()
            self.clock -= drift
        else:
            act()

    def attempt(self, do: Callable[[Any], Any], refused: bool, what: str) -> bool:
        """Do it, and compare whether it is refused."""
        with opening.changing(self.place, self.stamp("dana")) as store:
            try:
                do(store)
                why = None
            except OccMediaError as problem:
                why = problem.what
        assert (why is not None) == refused, f"{what} at {self.clock}: {why}"
        self.history.refused += refused
        self.history.done += not refused
        return not refused

    def is_past(self, now: int | None, documents: set[str] | None) -> bool:
        at = self.clock if now is None else now
        newest = self.history.newest(documents, self.clock)
        return newest is not None and at < newest

    def propose(self) -> None:
        rng, history = self.rng, self.history
        now, who = self.moment(), rng.choice(PEOPLE)
        at = self.clock if now is None else now
        version = rng.choice(("1", "2", "3", "v", "V"))
        inboxes = {n for n in history.inboxes if rng.random() < 0.25}
        known = {tag for number in history.inboxes for tag in history.tags[number][-1][1]}
        tags = {tag for tag in sorted(known) if rng.random() < 0.4}
        expires = rng.choice((None, None, at + rng.randrange(-5, 300) * HOUR))
        backdate = rng.choice((None, None, "late"))
        several = rng.random() < 0.3
        if several:
            names = [name for name in NAMES if name.startswith("guides/") and rng.random() < 0.7]
            if not names:
                return
            files = {low(name): rng.choice("abcde") for name in names}
            paths = [f"{name.removeprefix('guides/')}={files[low(name)]}" for name in names]
            name = "guides"
        else:
            name = rng.choice(NAMES)
            name = rng.choice((name, name.upper(), name))
            files = {low(name): rng.choice("abcde")}
            paths = [f"x={files[low(name)]}"]
        asked = ProposalRequest(
            name, version, tuple(history.inboxes[n] for n in sorted(inboxes)), tuple(sorted(tags)), expires, backdate
        )
        if several:
            files = {key: held for key, held in files.items()
                     if not self.is_current(key, held, inboxes, tags, expires, at)}  # fmt: skip
        new = Asked(low(name), low(version), files, several, inboxes, tags, expires, at, self.clock, who)
        taken = any(low(version) == each.version and each.approved and key in each.files and self.contents(key, low(version)) != {held}
                    for key, held in files.items() for each in history.asked)  # fmt: skip
        refused = bool(files) and (
            who not in SAME or (expires is not None and expires <= at) or taken
            or (backdate is None and self.is_past(now, set(files)))
        )  # fmt: skip
        run = propose_each.propose_each if several else proposing.propose
        if self.attempt(lambda store: run(store, paths, asked, self.stamp(who, now)), refused, "propose") and files:
            history.asked.append(new)
            history.changes.append((at, self.clock, set(files)))

    def contents(self, key: str, version: str) -> set[str]:
        return {each.files[key] for each in self.history.asked
                if each.approved and each.version == version and key in each.files}  # fmt: skip

    def is_current(self, key: str, held: str, inboxes: set[int], tags: set[str], expires: int | None, at: int) -> bool:
        return any(
            each.approved is not None and key in each.files and each.approved[0] <= at < self.history.end(each, key)
            and (each.expires is None or at < each.expires)
            and (each.files.get(key), each.inboxes, each.tags, each.expires) == (held, inboxes, tags, expires)
            for each in self.history.asked
        )  # fmt: skip

    def approve(self) -> None:
        rng, history = self.rng, self.history
        if not history.asked:
            return
        each = rng.choice(history.asked[-4:])
        now, who, backdate = self.moment(), rng.choice(PEOPLE), rng.choice((None, None, "late"))
        at = self.clock if now is None else now
        place = history.asked.index(each)
        left = set(each.files) - each.gone
        refused = (
            who not in SAME or (history.second and SAME[who] == SAME[each.who]) or each.approved is not None or not left
            or (each.expires is not None and each.expires <= at)
            or history.has_lost_its_place(each)
            or at < each.now or (backdate is None and self.is_past(now, None))
        )  # fmt: skip
        with opening.reading(self.place) as store:
            ids = store.ledger.execute("SELECT proposal FROM library_proposal ORDER BY event").fetchall()
        done = self.attempt(
            lambda store: approve(store, ids[place][0], self.stamp(who, now), backdate=backdate), refused, "approve"
        )
        if done:
            each.approved = (at, history.next_order())
            history.changes.append((at, self.clock, set(each.files)))

    def retire(self) -> None:
        rng, history = self.rng, self.history
        now, backdate = self.moment(), rng.choice((None, None, "late"))
        at = self.clock if now is None else now
        since = min(at, self.clock)  # nothing of it is refused for a clock
        name = rng.choice((*NAMES, "GUIDES", "guides"))
        mine = {
            key for each in history.asked for key in each.files if key == low(name) or key.startswith(f"{low(name)}/")
        }
        version = rng.choice((None, None, "1", "2"))
        about = [(each, key) for each in history.asked for key in each.files if key in mine
                 and version in (None, each.version)]  # fmt: skip
        ending = [
            (each, key) for each, key in about if since < history.replaced(each, key)
            and max(since, each.approved[0] if each.approved else since) < history.retired(each, key)
            and (each.expires is None or since < each.expires) and not history.has_lost_its_place(each)
        ]  # fmt: skip
        done = self.attempt(
            lambda store: retire(store, name, "old", self.stamp("kim", now), version=version, backdate=backdate),
            not about, "retire",
        )  # fmt: skip
        if done and ending:
            for each, key in ending:
                each.gone.add(key)
            ended = {(history.asked.index(each), key) for each, key in ending}
            history.recalls.append(Recall(since, history.next_order(), version, ended))
            history.changes.append((since, self.clock, {key for _, key in ending}))

    def tag(self) -> None:
        history, number = self.history, self.rng.choice(sorted(self.history.inboxes) or [0])
        tag = self.rng.choice(("retail", "gold"))
        if number:
            has = set(history.tags[number][-1][1])
            with editing(self.place, self.stamp("dana")) as editor:
                (take_item if tag in has else add_item)(editor, history.inboxes[number], "tags", tag)
            history.tags[number].append((self.clock, has ^ {tag}))

    def rename(self) -> None:
        number = self.rng.choice(sorted(self.history.inboxes) or [0])
        if number:
            new = f"inbox {self.clock}"
            with editing(self.place, self.stamp("dana")) as editor:
                editor.rename_inbox(self.history.inboxes[number], new)
            self.history.inboxes[number] = new

    def remove(self) -> None:
        number = self.rng.choice(sorted(self.history.inboxes) or [0])
        if number and self.rng.random() < 0.5:
            with editing(self.place, self.stamp("dana")) as editor:
                editor.remove_inbox(self.history.inboxes.pop(number))

    def add_inbox(self) -> None:
        name = self.rng.choice(("vip", "lab"))
        if name not in self.history.inboxes.values():
            with editing(self.place, self.stamp("dana")) as editor:
                editor.add_inbox(name)
                (number,) = editor.connection.execute("SELECT max(id) FROM inbox_state").fetchone()
            self.history.inboxes[number], self.history.tags[number] = name, [(self.clock, set())]

    def compare(self, count: int) -> None:
        """Ask the store and the oracle at random moments, past and future."""
        history, rng = self.history, self.rng
        with opening.reading(self.place) as store:
            moments = sorted({t + d for each in history.asked for t in
                              (each.now, each.expires, *(each.approved or ())[:1], *self.ends(each)) if t is not None
                              for d in (-1, 0, 1)} | {self.clock})  # fmt: skip
            for _ in range(count):
                content, now = rng.choice("abcde"), rng.choice(moments)
                digest = sha256(content.encode()).hexdigest()
                for inbox in history.inboxes:
                    found = bool(allowed(store.ledger, digest, now, inbox))
                    assert found == history.may_be_sent(content, inbox, now), (content, now, inbox)
                    history.may += found
                self.compare_states(store.ledger, now)

    def compare_states(self, ledger: Any, now: int) -> None:
        """Every row of the list has the state that the oracle says, and what waits is what can be approved."""
        ids = [proposal for (proposal,) in ledger.execute("SELECT proposal FROM library_proposal ORDER BY event")]
        found = {(row.proposal, low(row.name)): row.state for row in list_library(ledger, now, LibraryFilters())}
        assert found == {
            (ids[place], key): self.history.state(each, key, now)
            for place, each in enumerate(self.history.asked)
            for key in each.files
        }, now

    def ends(self, each: Asked) -> list[int]:
        ends = (self.history.end(each, key) for key in each.files)
        return [int(end) for end in ends if end != NEVER]

    def back_up(self, file: Path) -> None:
        OccMedia(self.place.path, actor="dana", now=self.clock).store.backup(file)

    def restore(self, file: Path) -> None:
        """Put a backup back: what it lets pass from now on, the store that it replaced let pass as well."""
        self.clock += HOUR
        OccMedia(self.place.path, actor="dana", now=self.clock).store.restore(file, accept_loss="the disk failed")
        with opening.reading(self.place) as store:
            assert verify_whole(store.ledger).problems == ()
            there = {number for (number,) in store.ledger.execute("SELECT id FROM inbox_state WHERE removed IS NULL")}
            for content in "abcde":
                digest = sha256(content.encode()).hexdigest()
                for inbox in there & set(self.history.inboxes):
                    for now in (self.clock, self.clock + 50 * HOUR, self.clock + 900 * HOUR):
                        found = store.ledger.execute(UNTAGGED, (digest, now, inbox)).fetchall()
                        assert not found or self.history.may_be_sent(content, inbox, now), (content, now, inbox, file)


def history(folder: Path, seed: int, steps: int = 30) -> History:
    """One random history; AssertionError where the program and the oracle differ."""
    with pytest.MonkeyPatch.context() as patch:
        runner = Runner(folder, seed, patch)
        if seed % 5 == 4:
            runner.history.second = False
            with editing(runner.place, runner.stamp("dana")) as editor:
                editor.set_section("store", {"second_person": False})
        backups = {runner.rng.randrange(steps) for _ in range(2)}
        for number in range(steps):
            if number in backups:
                runner.back_up(folder / f"{number}.backup")
            runner.step()
            if number % 6 == 5:
                runner.compare(6)
        runner.compare(40)
        with opening.reading(runner.place) as store:
            assert verify_whole(store.ledger).problems == ()
        for number in sorted(backups, key=lambda _: runner.rng.random()):
            runner.restore(folder / f"{number}.backup")
        return runner.history
