from __future__ import annotations

import copy
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli import __version__, times
from occ_media_cli.errors import MalformedInput, UsageError
from occ_media_cli.report import formats
from occ_media_cli.report.formats import screen
from occ_media_cli.retention import certificate, certificate_check, certificate_page
from occ_media_cli.retention.certificate_page import page
from occ_media_cli.retention.plan import approval
from tests.unit.retention.store import START, Store, stamp

DAY = times.DAY
DUE = START + 30 * DAY
SSH = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not on this machine")


@pytest.fixture
def purged(store: Store) -> tuple[Store, str]:
    """Three files gone, one held, one restored."""
    store.rules({"remove_after": "30d"})
    for number in range(5):
        store.file(f"secret-name-{number}", customer="+49 151 23")
    plan = store.approved(DUE)
    store.hold("claim", entry=store.seq("secret-name-1"))
    store.purge(plan, DUE)
    store.restore("secret-name-2", DUE)
    store.finish(DUE + 7 * DAY)
    return store, plan.plan


def checked(document: dict[str, Any]) -> list[str]:
    return certificate_check.check_certificate(json.dumps(document).encode(), "c.json")


def test_a_certificate_says_what_went_when_why_and_by_whom(purged: tuple[Store, str]) -> None:
    store, plan = purged
    document: dict[str, Any] = certificate.make_certificate(store.connection, plan)
    assert document["summary"] == {"quarantined": 0, "removed": 3, "restored": 1, "refused": 1}
    assert document["planned_by"] == {"actor": "dana", "os_user": "dana-os"}
    assert document["approved_by"] == [{"actor": "sam", "os_user": "sam-os"}]
    assert document["second_person"] is True
    assert document["policy_version"] == 1
    ledger = document["ledger"]
    assert ledger["planned"]["seq"] < ledger["before"]["seq"] < ledger["after"]["seq"]
    for name in ("planned", "before", "after"):
        (link,) = store.connection.execute(
            "SELECT link FROM (SELECT seq, link FROM event UNION ALL SELECT seq, link FROM record) WHERE seq = ?",
            (ledger[name]["seq"],),
        ).fetchone()
        assert ledger[name]["head"].startswith(link.hex())
    gone = [row for row in certificate_page.rows(document) if row[0] == "removed"]
    assert len(gone) == 3
    assert all(len(row[5] or "") == 64 and row[2] == 13 for row in gone)
    assert checked(document) == []


def test_a_certificate_holds_no_personal_data_and_survives_the_files(purged: tuple[Store, str]) -> None:
    store, plan = purged
    text = json.dumps(certificate.make_certificate(store.connection, plan))
    for word in ("secret-name", "+49", "2026/", "ndjson"):
        assert word not in text
    shutil.rmtree(store.media)
    assert json.dumps(certificate.make_certificate(store.connection, plan)) == text


def test_a_page_carries_the_record_and_is_checked_like_it(purged: tuple[Store, str]) -> None:
    store, plan = purged
    document = certificate.make_certificate(store.connection, plan)
    made = b"".join(formats.render(page(document, record=True), "html", screen.OF_FILE))
    assert b"<script" not in made
    assert certificate_check.check_certificate(made, "c.html") == []
    assert certificate_check.load_certificate(made, "c.html") == document
    with pytest.raises(MalformedInput):
        certificate_check.check_certificate(made.replace(b"END OCC-MEDIA", b"end"), "c.html")


MADE = {"at": "2026-01-01T00:00:00.000Z", "wall": "2026-01-01T00:00:00.000Z", "actor": "dana", "os_user": "os",
        "host": "h", "version": __version__}  # fmt: skip


def test_a_page_that_says_something_else_than_its_record_shows(purged: tuple[Store, str]) -> None:
    """People read the page; the record inside is what was checked."""
    store, plan = purged
    document = certificate.make_certificate(store.connection, plan, MADE)
    made = b"".join(formats.render(page(document, record=True), "html", screen.OF_FILE))
    assert certificate_check.check_certificate(made, "c.html") == []
    for old, new in (
        (b"3 removed", b"9 removed"),
        (b"sam", b"eve"),
        (b"</style>", b"dl{display:none}</style>"),
        (b"</main>", b" </main>"),
    ):
        assert old in made
        (said,) = certificate_check.check_certificate(made.replace(old, new), "c.html")
        assert "the page around its record" in said


def test_a_store_that_asks_for_no_second_person_is_named(store: Store) -> None:
    store.rules({"remove_after": "30d"})
    store.file("a")
    with store.editing() as editor:
        editor.set_section("store", {"second_person": False})
    plan = store.approved(DUE, actor="dana")
    store.purge(plan, DUE)
    document: dict[str, Any] = certificate.make_certificate(store.connection, plan.plan)
    assert document["second_person"] is False
    assert dict(certificate_page.facts(document))["two people"].startswith("NO")
    assert checked(document) == []
    assert checked({**document, "second_person": True})


def test_the_last_head_lies_behind_the_last_step(store: Store) -> None:
    """What is brought back and what is removed for good come after the end of the purge."""
    store.rules({"remove_after": "30d"})
    for number in range(3):
        store.file(f"f{number}")
    plan = store.approved(DUE)
    store.purge(plan, DUE)
    seen = [certificate.make_certificate(store.connection, plan.plan)]
    store.restore("f1", DUE)
    seen.append(certificate.make_certificate(store.connection, plan.plan))
    store.finish(DUE + 7 * DAY)
    seen.append(certificate.make_certificate(store.connection, plan.plan))
    assert [checked(document) for document in seen] == [[], [], []]
    lasts = [(d["ledger"]["after"]["seq"], d["records"][-1]["seq"]) for d in seen]  # type: ignore[index,call-overload]  # JSON
    assert lasts[0][0] < lasts[1][0] < lasts[2][0]
    assert all(after >= last for after, last in lasts[1:])
    document: dict[str, Any] = copy.deepcopy(seen[-1])
    document["ledger"]["after"] = copy.deepcopy(seen[0])["ledger"]["after"]  # type: ignore[index,call-overload]  # JSON
    assert refitted(document) == ["its last head lies before its last record"]


def refitted(document: dict[str, Any]) -> list[str]:
    """What is said of a certificate whose own hash was made to fit, as anybody can."""
    head = {name: value for name, value in document.items() if name not in ("records", "sha256")}
    document["sha256"] = certificate.hash_whole(head, document["records"][-1]["hash"])
    return checked(document)


HEADS: list[Callable[[dict[str, Any]], object]] = [
    lambda d: d["planned_by"].update(actor="kim"),
    lambda d: d["approved_by"].clear(),
    lambda d: d["approved_by"].append({"actor": "kim", "os_user": "kim"}),
    lambda d: d.update(policy_version=7),
    lambda d: d.update(root="/srv/other"),
    lambda d: d["ledger"]["planned"].update(seq=1),
    lambda d: d["ledger"]["before"].update(head="0" * 64),
    lambda d: d["ledger"].update(after=None),
    lambda d: d["summary"].update(removed=4),
    lambda d: d.update(two_people="yes, two"),
    lambda d: d["clocks"]["purged"].update(wall="2020-01-01T00:00:00.000Z"),
]


@pytest.mark.parametrize("number", range(len(HEADS)))
def test_a_head_that_is_not_that_of_its_records_shows_though_its_hash_fits(
    purged: tuple[Store, str], number: int
) -> None:
    store, plan = purged
    document: dict[str, Any] = copy.deepcopy(certificate.make_certificate(store.connection, plan))
    assert refitted(document) == []
    HEADS[number](document)
    assert refitted(document)


CHANGES: list[Callable[[dict[str, Any]], object]] = [
    lambda d: d["records"].pop(),
    lambda d: d["records"].pop(0),
    lambda d: d["records"].pop(3),
    lambda d: d["records"].reverse(),
    lambda d: d["records"].append(d["records"][-1]),
    lambda d: d["records"][2].update(actor="kim"),
    lambda d: d["records"][1].update(digest="0" * 64),
    lambda d: d["records"][0]["content"].update(files=99),
    lambda d: d["summary"].update(removed=4),
    lambda d: d["approved_by"].clear(),
    lambda d: d["ledger"]["after"].update(head="0" * 64),
    lambda d: d.update(plan="0" * 16),
    lambda d: d.update(plan_sha256="0" * 64),
    lambda d: d.update(second_person=False),
    lambda d: d.update(policy_version=7),
    lambda d: d.update(sha256="0" * 64),
    lambda d: d.update(records=[]),
    lambda d: d.update(records="x"),
    lambda d: d.pop("ledger"),
    lambda d: d["records"][0].pop("hash"),
]


@pytest.mark.parametrize("number", range(len(CHANGES)))
def test_any_change_shows(purged: tuple[Store, str], number: int) -> None:
    store, plan = purged
    document: dict[str, Any] = copy.deepcopy(certificate.make_certificate(store.connection, plan))
    CHANGES[number](document)
    assert checked(document)


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b"\xff\xfe", b"<html>", b"[" * 100_000, b'{"schema": "x"}'])
def test_what_is_no_certificate_is_told_apart(data: bytes) -> None:
    with pytest.raises(MalformedInput):
        certificate_check.check_certificate(data, "c.json")


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "id_ed25519"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)
    return path


@SSH
def test_a_signed_approval_is_checked_offline(store: Store, key: Path) -> None:
    store.rules({"remove_after": "30d"})
    store.file("a")
    plan = store.plan(DUE).plan
    _, given = approval.approve(store.connection, plan.plan, stamp(DUE, "sam"), key)
    assert given.signature is not None
    store.purge(plan, DUE)
    document: dict[str, Any] = certificate.make_certificate(store.connection, plan.plan)
    assert checked(document) == []
    fingerprint = subprocess.run(["ssh-keygen", "-lf", f"{key}.pub"], capture_output=True, text=True, check=True).stdout
    assert dict(certificate_page.facts(document))["signed with"] in fingerprint
    other = key.with_name("other")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(other)], check=True)
    from occ_media_cli.store import signature

    forged = signature.sign(other, approval.text(plan.plan, plan.digest, "kim"))
    record = next(item for item in document["records"] if item["kind"] == "approval")
    for change in ({"signature": forged.text, "key": forged.key}, {"signature": forged.text}, {"key": forged.key}):
        changed = copy.deepcopy(document)
        next(item for item in changed["records"] if item["kind"] == "approval").update(change)
        assert record["hash"]
        rehash(changed)
        assert checked(changed) == ["the signature of sam does not verify"]


def rehash(document: dict[str, Any]) -> None:
    """Make the hashes fit again, as a forger would."""
    from hashlib import sha256

    before = sha256(certificate.SCHEMA.encode()).hexdigest()
    for record in document["records"]:
        before = record["hash"] = certificate.advance_hash(before, record)
    head = {key: value for key, value in document.items() if key not in ("records", "sha256")}
    document["sha256"] = certificate.hash_whole(head, before)


@SSH
def test_a_key_that_cannot_sign_approves_nothing(store: Store, tmp_path: Path) -> None:
    store.rules({"remove_after": "30d"})
    store.file("a")
    plan = store.plan(DUE).plan
    (tmp_path / "bad").write_text("no key")
    for name in ("bad", "missing"):
        with pytest.raises(UsageError, match="nothing was signed"):
            approval.approve(store.connection, plan.plan, stamp(DUE, "sam"), tmp_path / name)
    assert approval.approvals(store.connection, plan) == []
