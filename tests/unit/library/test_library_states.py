"""The state of a version is one, whoever is asked: the list, a file in the hand, the report, and who approves."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli import times
from occ_media_cli.api import OccMedia
from occ_media_cli.errors import Refused, UsageError
from tests.unit.library.conftest import HOUR, START, Desk

WHO = "16505551234"


def reported(desk: OccMedia) -> list[dict[str, Any]]:
    """The rows of the report about the library."""
    return [dict(row) for row in desk.report("library").rows]


def of_versions(desk: OccMedia) -> list[tuple[str, str]]:
    return [(row["version"], row["state"]) for row in reported(desk)]


def of_list(desk: OccMedia) -> list[tuple[str, str]]:
    return [(row.version, row.state) for row in desk.library.list()]


def test_the_report_has_what_is_approved_for_later_and_what_takes_over_then(desk: Desk) -> None:
    desk().library.propose("one.pdf", "a", "1", inboxes=["vip"])
    desk("sam", 50).library.approve("a")
    desk(hours=2).library.propose("two.pdf", "a", "2", backdate="at once")
    desk("sam", 3).library.approve("a", backdate="at once")
    rows = {row["version"]: row for row in reported(desk(hours=4))}
    assert {version: row["state"] for version, row in rows.items()} == {"1": "approved-later", "2": "approved"}
    assert rows["1"]["inboxes"] == "vip", "who may send it then"
    assert (rows["2"]["ended"], rows["2"]["how"]) == (rows["1"]["approved"], "replaced")
    assert of_list(desk(hours=4)) == [("1", "approved-later"), ("2", "approved")]
    assert of_versions(desk(hours=50)) == [("1", "approved")]


def test_what_is_approved_for_later_is_not_said_to_wait(desk: Desk) -> None:
    desk().library.propose("one.pdf", "a", "1")
    desk("sam", 50).library.approve("a")
    (found,) = desk(hours=2).library.find(["one.pdf"])
    assert (found.verdict, found.may_be_sent) == ("approved-later", False)
    (problem,) = found.problems
    assert problem.code == "approved-later"
    assert problem.message.startswith("a 1 is approved from 2026-01-12T02:00:00.000Z on")
    assert "approve" not in problem.help
    (now,) = desk(hours=50).library.find(["one.pdf"])
    assert now.may_be_sent


def test_a_batch_waits_whole_or_not_at_all(desk: Desk) -> None:
    desk().library.add("guides", label="1")
    desk(hours=1).library.propose("one.pdf", "guides/One.pdf", "1")
    states = {(row["document"], row["state"]) for row in reported(desk(hours=2))}
    assert states == {("guides/One.pdf", "proposed"), ("guides/deep/two.pdf", "proposed")}
    assert len(reported(desk(hours=2))) == 3, "both proposals of one document wait"
    desk("sam", 3).library.approve("guides/One.pdf")
    listed = [(row.name, row.state) for row in desk(hours=4).library.list()]
    assert listed == [
        ("guides/deep/two.pdf", "replaced"),
        ("guides/One.pdf", "replaced"),
        ("guides/One.pdf", "approved"),
    ]
    assert [row["state"] for row in reported(desk(hours=4))] == ["approved"]
    with pytest.raises(Refused, match="older than what is approved now"):
        desk("sam", 4).library.approve("guides")
    done = desk(hours=5).library.retire("guides/deep/two.pdf", "old")
    assert done.withdrawn == (), "it does not wait any more"


def test_what_ended_it_first_is_its_state_everywhere(desk: Desk) -> None:
    desk().library.propose("one.pdf", "a", "1", expires=START + 5 * HOUR)
    desk("sam", 1).library.approve("a")
    desk(hours=6).library.propose("two.pdf", "a", "2")
    desk("sam", 7).library.approve("a")
    assert of_list(desk(hours=8)) == [("1", "expired"), ("2", "approved")]
    (found,) = desk(hours=8).library.find(["one.pdf"])
    assert found.verdict == "expired"


@pytest.mark.parametrize(("old", "new"), [("Draft", "draft"), ("\u00c9t\u00e9", "e\u0301te\u0301")])
def test_one_version_in_two_spellings_waits_once(desk: Desk, old: str, new: str) -> None:
    first = desk().library.propose("one.pdf", "a", old).proposal
    desk(hours=1).library.propose("one.pdf", "a", new)
    assert [row.state for row in desk(hours=2).library.list()] == ["replaced", "proposed"]
    assert [row["state"] for row in reported(desk(hours=2))] == ["proposed"]
    with pytest.raises(Refused, match="was proposed again"):
        desk("sam", 2).library.approve(str(first))


def test_other_documents_of_one_name_wait_beside_each_other(desk: Desk) -> None:
    first = desk().library.add(["one.pdf"], name="sales", label="1")
    second = desk(hours=1).library.add(["two.pdf"], name="sales", label="1")
    assert (second.instead_of, [each.proposal for each in second.beside]) == (None, [first.proposal])
    assert [row.state for row in desk(hours=2).library.list()] == ["proposed", "proposed"]
    assert len(reported(desk(hours=2))) == 2
    with pytest.raises(UsageError, match="of different documents"):
        desk("sam", 2).library.approve("sales")
    desk("sam", 2).library.approve(str(second.proposal))
    desk("sam", 3).library.approve("sales")
    assert [row.state for row in desk(hours=4).library.list()] == ["approved", "approved"]
    third = desk(hours=5).library.propose("three.pdf", "sales/one.pdf", "2")
    assert third.beside == ()


def test_a_proposal_of_both_takes_the_place_of_both(desk: Desk) -> None:
    first = desk().library.add(["one.pdf"], name="sales", label="1")
    second = desk(hours=1).library.add(["two.pdf"], name="sales", label="1")
    both = desk(hours=2).library.add(["one.pdf", "two.pdf"], name="sales", label="1")
    assert [each.proposal for each in both.displaced] == [first.proposal, second.proposal]
    assert (both.beside, both.left_out) == ((), ())
    for each in (first, second):
        with pytest.raises(Refused, match=f"was proposed again as {both.proposal}"):
            desk("sam", 3).library.approve(str(each.proposal))
    assert desk("sam", 3).library.approve(str(both.proposal)).proposal.files == 2


def test_a_document_that_the_newer_proposal_is_without_is_named(desk: Desk) -> None:
    desk().library.add(["one.pdf", "two.pdf"], name="sales", label="1")
    assert desk(hours=1).library.add(["two.pdf"], name="sales", label="1").left_out == ("sales/one.pdf",)
    assert [row.state for row in desk(hours=2).library.list()] == ["replaced", "replaced", "proposed"]


def test_what_lost_its_place_does_not_get_it_back_by_an_erasure(desk: Desk) -> None:
    first = desk().library.propose("one.pdf", "a", f"for {WHO}").proposal
    second = desk(hours=1).library.propose("one.pdf", "a", f"FOR {WHO}").proposal
    desk(hours=2).library.retire("a", "no", label=f"for {WHO}")
    desk(hours=3).ledger.erase(WHO, "asked for")
    rows = desk(hours=4).library.list()
    assert [row.state for row in rows] == ["replaced", "retired"]
    assert all(row.version.startswith("(erased") for row in rows)
    assert desk(hours=4).ledger.verify().intact
    with pytest.raises(Refused, match=f"was proposed again as {second}, which was withdrawn"):
        desk("sam", 4).library.approve(str(first))


def test_a_file_that_waits_is_what_can_be_approved(desk: Desk) -> None:
    Path("more.pdf").write_bytes(Path("one.pdf").read_bytes() + b"\n\n")
    older = desk().library.propose("one.pdf", "a", "1").proposal
    newer = desk(hours=1).library.propose("more.pdf", "a", "2").proposal
    desk("sam", 60).library.approve(str(newer))
    assert of_list(desk(hours=2)) == [("1", "replaced"), ("2", "approved-later")]
    with pytest.raises(Refused, match="is older than what is approved now of a"):
        desk("sam", 2).library.approve(str(older))


def test_what_ended_a_version_first_is_said_of_it_wherever_it_was_sent(desk: Desk) -> None:
    """Retired, and then a newer version was approved: it was retired, also where any file may be sent."""
    desk(hours=1).set("vip", {"send_approved_only": True})
    desk(hours=2).library.propose("one.pdf", "a", "1")
    desk("sam", 3).library.approve("a")
    desk("sam", 4).library.retire("a", "wrong")
    desk(hours=5).library.propose("two.pdf", "a", "2")
    desk("sam", 6).library.approve("a")
    digest = sha256(Path("one.pdf").read_bytes()).hexdigest()
    rows = [
        {"id": inbox, "time": times.text(START + 7 * HOUR), "inbox": inbox, "direction": "send", "agent": "anna",
         "name": "one.pdf", "size": 9, "sha256": digest}
        for inbox in ("vip", "lab")
    ]  # fmt: skip
    Path("sent.ndjson").write_text("".join(json.dumps(row) + "\n" for row in rows))
    desk(hours=8).ledger.ingest("ndjson", "sent.ndjson")
    told = {(row["inboxes"], row["state"], row["was"]) for row in reported(desk(hours=9)) if row["agent"]}
    assert told == {("vip", "not-approved", "retired"), ("lab", "outdated", "retired")}
