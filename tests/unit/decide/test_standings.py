"""What files are to the library of a store, for an inbox at a moment: nothing but approved bytes may be sent."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.decide.policy import InboxPolicy, Policy, Switch
from occ_media_cli.decide.result import check_files, work_of
from occ_media_cli.decide.standings import Standings
from occ_media_cli.library import library_rows
from occ_media_cli.library.library_match import LibraryMatch
from occ_media_cli.library.standing import LibraryStanding
from occ_media_cli.media.look import Look
from occ_media_cli.media.recognition import Recognition
from occ_media_cli.places.safe_open import open_named
from occ_media_cli.safety.scan_result import ScanResult
from occ_media_cli.settings.editing import editing
from occ_media_cli.settings.membership import add_item
from occ_media_cli.store import chain
from occ_media_cli.store.locate import Location, at
from occ_media_cli.store.open import reading
from occ_media_cli.values import replace
from tests.unit.library import documents, events

LINES = documents.text_of(200)
A, B = documents.docx(LINES), documents.docx(["other", *LINES])
SHA = {content: sha256(content).hexdigest() for content in (A, B)}
ON = Switch(True)


def known(found: LibraryStanding | None) -> LibraryMatch:
    """The answer of a standing that has one."""
    assert found is not None
    assert found.answer is not None
    return found.answer


class Shop:
    """A store in which inboxes have numbers by name, and documents are approved."""

    def __init__(self, location: Location) -> None:
        self.location, self.now = location, 1_000
        self.numbers: dict[str, int] = {}

    def stamp(self) -> chain.Stamp:
        self.now += 1_000
        return chain.Stamp(self.now, self.now + 1, "dana", "os", "host", "test")

    def add(self, inbox: str, *tags: str) -> None:
        with editing(self.location, self.stamp(), first_inbox=False) as editor:
            editor.add_inbox(inbox)
            for tag in tags:
                add_item(editor, inbox, "tags", tag)
            rows = editor.connection.execute("SELECT name, id FROM inbox_state")
            self.numbers = dict(rows.fetchall())

    def approve(self, version: str, content: bytes, **more: Any) -> int:
        """Approve the one file of a version, and return the proposal."""
        body = events.proposed("list", version, [SHA[content]], document=1, number=self.now, **more)
        path = self.location.path.with_name("approved.docx")
        path.write_bytes(content)
        (read,) = documents.read(path)
        body["files"][0]["text"] = None if read.text is None else read.text.for_record()
        seq = self.event("library-propose", body)
        self.event("library-approve", events.approved(seq, body))
        return seq

    def event(self, kind: str, body: dict[str, Any]) -> int:
        stamp = self.stamp()
        with editing(self.location, stamp, first_inbox=False) as editor:
            return library_rows.record(editor.connection, chain.Event(kind, body, stamp.now), stamp)

    def ask(self, inbox: str, content: bytes, now: int | None = None, **more: Any) -> LibraryStanding | None:
        policy = Policy(
            "send", True, (), InboxPolicy(inbox, ON, ON, approved_only=True, number=self.numbers.get(inbox))
        )
        policy = replace(policy, inbox=replace(policy.inbox, **more))
        with reading(self.location) as store:
            return Standings(store, self.now if now is None else now).find_standing(
                policy, sha256(content).hexdigest().upper()
            )

    def may(self, inbox: str, content: bytes, now: int | None = None, **more: Any) -> bool:
        found = self.ask(inbox, content, now, **more)
        assert found is not None
        return found.may_be_sent


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    made = Shop(at(tmp_path / "s.db", explicit=True))
    made.add("vip")
    made.add("lab", "pci")
    return made


def test_a_file_passes_from_its_approval_until_it_is_replaced_or_ends(shop: Shop) -> None:
    assert not shop.may("vip", A)
    shop.approve("1", A)
    approved = shop.now
    assert shop.may("vip", A)
    assert not shop.may("vip", A, approved - 1)
    shop.approve("2", B, expires=shop.now + 50_000)
    answer = known(shop.ask("vip", A))
    assert answer.file is not None
    assert answer.current is not None
    assert (answer.may_be_sent, answer.file.state, answer.current.version) == (False, "replaced", "2")
    assert shop.may("vip", B)
    assert not shop.may("vip", B, shop.now + 50_000)


def test_for_the_inboxes_that_it_is_approved_for_whose_names_are_told(shop: Shop) -> None:
    shop.approve("1", A, inboxes=[shop.numbers["lab"]])
    assert shop.may("lab", A)
    found = shop.ask("vip", A)
    assert found is not None
    assert (found.may_be_sent, found.inboxes) == (False, ("lab",))
    assert not shop.may("new", A), "an inbox that no command recorded has nothing"


def test_an_inbox_that_is_not_recorded_has_what_is_for_every_inbox(shop: Shop) -> None:
    shop.approve("1", A)
    assert shop.may("new", A)


def test_tags_that_somebody_edited_by_hand_let_nothing_pass(shop: Shop) -> None:
    shop.approve("1", A, tags=["pci"])
    assert shop.may("lab", A)
    assert not shop.may("vip", A)
    answer = known(shop.ask("lab", A, tags_known=False))
    assert answer.file is not None
    assert (answer.may_be_sent, answer.file.state) == (False, "other-inbox")
    shop.approve("2", B, tags=["pci"], inboxes=[shop.numbers["lab"]])
    assert shop.may("lab", B, tags_known=False)


def test_one_proposal_is_for_all_inboxes_that_ask_about_a_file(shop: Shop, tmp_path: Path) -> None:
    """Two proposals, each for one of them, would end each other."""
    shop.add("shop")
    shop.approve("1", A, inboxes=[shop.numbers["lab"]])
    for name, content in (("a.docx", A), ("b.docx", B)):
        (tmp_path / name).write_bytes(content)
    strict = [
        Policy("send", True, (), InboxPolicy(name, ON, ON, approved_only=True, number=shop.numbers[name]))
        for name in ("vip", "lab", "shop")
    ]
    look, given = Look(work_of(strict[0])), [os.fsencode(tmp_path / name) for name in ("a.docx", "b.docx")]
    approved, _ = check_files(shop.location, shop.now, look, iter(given), strict)
    helps = [each.help.partition("--version ")[2] for each in approved.problems]
    assert helps == ["1 --inbox lab --inbox vip --inbox shop"] * 2
    new = tmp_path / "new.docx"
    new.write_bytes(documents.docx(["nobody knows this"]))
    (unknown,) = check_files(shop.location, shop.now, look, iter([os.fsencode(new)]), [*strict, strict[0]])
    assert {each.help.partition("--version ")[2] for each in unknown.problems} == {
        "V --inbox vip --inbox lab --inbox shop"
    }


def test_a_policy_that_does_not_ask_is_told_nothing(shop: Shop) -> None:
    with reading(shop.location) as store:
        asks = Standings(store, shop.now)
        strict = Policy("send", True, (), InboxPolicy("vip", ON, ON, approved_only=True))
        free = (Policy(), Policy("send", True, (), InboxPolicy("vip", ON, ON)), replace(strict, direction="receive"))
        assert [asks.find_standing(policy, "aa") for policy in free] == [None, None, None]
        unknown = asks.find_standing(strict, None)
        assert unknown is not None
        assert (unknown.answer, unknown.may_be_sent) == (None, False)


def again(folder: Path, content: bytes) -> Any:
    (folder / "f.docx").write_bytes(content)
    return lambda: open_named(os.fsencode(folder / "f.docx"))


def test_the_words_of_a_file_tell_what_it_is_and_let_nothing_pass(shop: Shop, tmp_path: Path) -> None:
    shop.approve("1", A)
    policy = Policy("send", True, (), InboxPolicy("vip", ON, ON, approved_only=True, number=shop.numbers["vip"]))
    save, near = documents.docx(LINES, by="Bob"), documents.docx([*LINES, "one more"])
    with reading(shop.location) as store:
        asks = Standings(store, shop.now)
        for content, how in ((save, "same-text"), (near, "near"), (documents.docx(["else"]), "none"), (b"", "none")):
            answer = known(asks.look_up(policy, sha256(content).hexdigest(), again(tmp_path, content)))
            assert (answer.how, answer.may_be_sent) == (how, False)
        answer = known(asks.look_up(policy, sha256(save).hexdigest(), again(tmp_path, near)))
        assert answer.how == "none", "words of other bytes say nothing of these"
        answer = known(
            asks.look_up(policy, sha256(save).hexdigest(), lambda: open_named(os.fsencode(tmp_path / "gone")))
        )
        assert answer.how == "none"


def test_no_words_are_read_of_a_file_that_the_library_knows(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.approve("1", A)
    shop.approve("2", B)
    policy = Policy("send", True, (), InboxPolicy("vip", ON, ON, approved_only=True, number=shop.numbers["vip"]))

    def opened() -> Any:
        raise AssertionError("it was opened again")

    with reading(shop.location) as store:
        asks = Standings(store, shop.now)
        for content in (A, B):
            assert known(asks.look_up(policy, SHA[content], opened)).how == "exact"


class Scanner:
    """Gives every file a clean scan."""

    def scan(self, jobs: Any) -> Any:
        for job in jobs:
            content = os.pread(job.fd, job.size, 0)
            os.close(job.fd)
            known = Recognition("docx", "docx", "a Word document", job.size)
            yield ScanResult(job.tag, "clean", "clean", "docx", job.size, sha256(content).hexdigest(), known=known)


@pytest.mark.parametrize("scanner", [None, Scanner()])
def test_a_check_with_and_without_a_scan_says_the_same_of_each_file(shop: Shop, tmp_path: Path, scanner: Any) -> None:
    shop.approve("1", A)
    shop.approve("2", B)
    folder = tmp_path / "out"
    folder.mkdir()
    for name, content in (("a", A), ("b", B), ("c", documents.docx(["other", *LINES], by="Bob"))):
        (folder / f"{name}.docx").write_bytes(content)
    policy = Policy("send", True, (), InboxPolicy("vip", ON, ON, approved_only=True, number=shop.numbers["vip"]))
    look = Look(work_of(policy))
    found = list(check_files(shop.location, shop.now, look, iter([os.fsencode(folder)]), [policy], scanner))
    said = [(each.verdict, [problem.message.partition(": ")[2] for problem in each.problems]) for each in found]
    assert said == [
        ("rejected", ["list 1 was replaced; 2 is current and lay at /library/list-0.pdf"]),
        ("accepted", []),
        ("rejected", ["the same words as list 2 (approved) in another save; that lay at /library/list-0.pdf"]),
    ]
