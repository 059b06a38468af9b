"""Checkpoints that are kept elsewhere: signed, continued, stamped, compared; and audits on record."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.conftest import Run
from tests.unit.store.test_signature import key_in, public
from tests.unit.store.tsa import Authority, needs_openssl

STORE = "s.db"

needs_keygen = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not on this machine")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the keys of dana and kim, and a file that allows dana's."""
    folder = tmp_path_factory.mktemp("keys")
    for name in ("dana", "kim"):
        key_in(folder, name)
    for name in ("dana", "kim"):
        (folder / f"allows-{name}").write_text(f"{name}@example.com {public(folder / name)}\n")
    return folder


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    pytest.importorskip("rfc3161_client")
    return Authority.made(tmp_path_factory.mktemp("tsa") / "one")


@pytest.fixture
def kept(occ: Run, tmp_path: Path) -> Path:
    """A store with a checkpoint, q1.json, and a change after it."""
    occ("inbox", "add", "vip", store=STORE)
    occ("ledger", "checkpoint", "-o", "q1.json", store=STORE)
    occ("set", "vip", "--receive", "off", store=STORE)
    return tmp_path / "q1.json"


def read(file: str | Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(file).read_text())
    return found


def alter(text: str) -> None:
    """Change the file past its triggers, and leave the schema as it is."""
    connection = sqlite3.connect(STORE)
    triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute(text)
    for _, sql in triggers:
        connection.execute(sql)
    connection.commit()
    connection.close()


def verified(occ: Run, *words: str, code: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(occ("ledger", "verify", *words, "-f", "json", store=STORE, code=code).out)
    return found


def test_a_checkpoint_continues_another(occ: Run, kept: Path) -> None:
    occ("ledger", "checkpoint", "--previous", "q1.json", "-o", "q2.json", store=STORE)
    before, after = read(kept), read("q2.json")
    digest = subprocess.run(["sha256sum", "q1.json"], check=True, capture_output=True, text=True).stdout.split()[0]
    assert after["previous"] == {
        "seq": before["seq"], "head": before["head"], "made": before["made"], "digest": digest,
    }  # fmt: skip
    assert after["seq"] > before["seq"]
    assert verified(occ, "--checkpoint", "q2.json")["checkpoint"]["matches"] is True
    assert "continues  the one at entry" in occ("ledger", "verify", "--checkpoint", "q2.json", store=STORE).out


@pytest.mark.parametrize("change", [
    {"head": "00" * 32}, {"store": "00" * 32}, {"entries": 7}, {"seq": 999_999_999},
])  # fmt: skip
def test_a_ledger_that_does_not_continue_it_gives_no_checkpoint(occ: Run, kept: Path, change: dict[str, Any]) -> None:
    kept.write_text(json.dumps({**read(kept), **change}))
    said = occ("ledger", "checkpoint", "--previous", "q1.json", "-o", "q2.json", store=STORE, code=1)
    assert "error: q1.json: the ledger does not continue the earlier checkpoint: " in said.err
    assert f"help: all that differs: occ-media --store {STORE} ledger verify --checkpoint q1.json" in said.err
    assert (said.out, Path("q2.json").exists()) == ("", False)


def test_a_ledger_that_was_altered_gives_no_continuation(occ: Run, kept: Path) -> None:
    alter("UPDATE event SET actor = 'eve' WHERE seq = 2")
    said = occ("ledger", "checkpoint", "--previous", "q1.json", store=STORE, code=1)
    assert "the ledger does not continue the earlier checkpoint: event: was changed" in said.err
    assert said.out == ""


@pytest.mark.parametrize("change", [{"head": "00" * 32}, {"seq": 1}])
def test_what_it_says_of_the_one_before_is_compared_too(occ: Run, kept: Path, change: dict[str, Any]) -> None:
    occ("ledger", "checkpoint", "--previous", "q1.json", "-o", "q2.json", store=STORE)
    document = read("q2.json")
    Path("q2.json").write_text(json.dumps({**document, "previous": {**document["previous"], **change}}))
    found = verified(occ, "--checkpoint", "q2.json", code=1)
    assert found["checkpoint"]["matches"] is False
    assert "continues one whose head at entry" in found["problems"][0]["what"]


@needs_keygen
def test_a_signed_checkpoint_says_who_signed(occ: Run, kept: Path, keys: Path) -> None:
    occ("ledger", "checkpoint", "--sign", str(keys / "dana"), "-o", "q2.json", store=STORE)
    plain = verified(occ, "--checkpoint", "q2.json")["checkpoint"]["signed"]
    assert (plain["valid"], plain["name"], plain["allowed"]) == (True, None, None)
    known = verified(occ, "--checkpoint", "q2.json", "--signers", str(keys / "allows-dana"))
    assert known["checkpoint"]["signed"] == {**plain, "name": "dana@example.com", "allowed": True}
    assert known["intact"] is True
    said = occ("ledger", "verify", "--checkpoint", "q2.json", "--signers", str(keys / "allows-dana"), store=STORE).out
    assert f"proof      signed by dana@example.com ({plain['key']})" in said
    other = verified(occ, "--checkpoint", "q2.json", "--signers", str(keys / "allows-kim"), code=1)
    assert (other["intact"], other["checkpoint"]["matches"]) == (False, False)
    unsigned = verified(occ, "--checkpoint", "q1.json", "--signers", str(keys / "allows-dana"), code=1)
    assert [each["what"] for each in unsigned["problems"]] == ["it is not signed"]
    assert verified(occ)["intact"] is True  # none of this is a fault of the ledger, and none is on record as one
    assert json.loads(occ("audit", "-f", "json", "--rule", "ledger-altered", store=STORE).out)["findings"] == []


@needs_keygen
@pytest.mark.parametrize("member", ["made", "entries", "head", "made_by", "store", "seq", "new", "nonce"])
def test_a_signature_is_over_every_member(occ: Run, kept: Path, keys: Path, member: str) -> None:
    occ("ledger", "checkpoint", "--sign", str(keys / "dana"), "-o", "q2.json", store=STORE)
    document = read("q2.json")
    by = {**document["made_by"], "host": "elsewhere"}
    earlier = {"made": "2020-01-01T00:00:00.000Z", "made_by": {**by, "at": "2020-01-01T00:00:00.000Z"}}
    change = {"made": earlier, "entries": {"entries": 9}, "head": {"head": "00" * 32}, "made_by": {"made_by": by},
              "store": {"store": "00"}, "seq": {"seq": 2}, "new": {"new": 1}, "nonce": {"nonce": "0" * 16}}[member]  # fmt: skip
    Path("q2.json").write_text(json.dumps({**document, **change}))
    found = verified(occ, "--checkpoint", "q2.json", "--signers", str(keys / "allows-dana"), code=1)
    assert found["checkpoint"]["signed"]["valid"] is False
    assert any("does not match it" in each["what"] for each in found["problems"])
    said = occ("ledger", "checkpoint", "--previous", "q2.json", store=STORE, code=1).err
    assert "the earlier checkpoint proves nothing: its signature" in said


@needs_keygen
def test_ssh_keygen_alone_verifies_it(occ: Run, kept: Path, keys: Path) -> None:
    occ("ledger", "checkpoint", "--sign", str(keys / "dana"), "-o", "q2.json", store=STORE)
    document = read("q2.json")
    Path("sig").write_text(document.pop("signature")["signature"])
    done = subprocess.run(
        ["ssh-keygen", "-Y", "verify", "-f", str(keys / "allows-dana"), "-I", "dana@example.com", "-n", "occ-media",
         "-s", "sig"],
        input=(json.dumps(document) + "\n").encode(), check=False, capture_output=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@needs_openssl
def test_a_time_stamp_is_asked_for_attached_and_verified(occ: Run, kept: Path, authority: Authority) -> None:
    occ("ledger", "checkpoint", "--tsq", "q2.tsq", "-o", "q2.json", store=STORE)
    Path("q2.tsr").write_bytes(authority.answer(Path("q2.tsq").read_bytes()))
    before = Path("q2.json").read_bytes()
    root = str(authority.root)
    said = occ("ledger", "checkpoint", "--attach", "q2.tsr", "--tsa-cert", root, "q2.json", store="none.db")
    assert "by CN=Test TSA" in said.err
    assert {**read("q2.json"), "timestamp": None} == {**json.loads(before), "timestamp": None}
    found = verified(occ, "--checkpoint", "q2.json", "--tsa-cert", root)["checkpoint"]
    assert found["timestamp"]["verified"] is True
    assert found["timestamp"]["by"] == "CN=Test TSA"
    assert verified(occ, "--checkpoint", "q2.json", "--tsa", root)["intact"] is True
    plain = occ("ledger", "verify", "--checkpoint", "q2.json", store=STORE).out
    assert "its time stamp was not verified" in plain
    assert verified(occ, "--checkpoint", "q2.json")["checkpoint"]["timestamp"]["verified"] is False
    again = occ("ledger", "checkpoint", "--attach", "q2.tsr", "--tsa-cert", root, "q2.json", code=13).err
    assert "has a time stamp already" in again
    bare = verified(occ, "--checkpoint", "q1.json", "--tsa-cert", root, code=1)
    assert [each["what"] for each in bare["problems"]] == ["it has no time stamp"]
    occ("ledger", "checkpoint", "--previous", "q2.json", "-o", "q3.json", store=STORE)
    assert read("q3.json")["previous"]["digest"] == found["digest"]


@needs_openssl
def test_what_stamps_something_else_is_not_attached(occ: Run, kept: Path, authority: Authority, tmp_path: Path) -> None:
    for name in ("a", "b"):
        occ("ledger", "checkpoint", "--tsq", f"{name}.tsq", "-o", f"{name}.json", store=STORE)
    query = Path("a.tsq").read_bytes()
    nonce = bytes.fromhex(read("a.json")["nonce"])
    other = query.replace(nonce, nonce[:-1] + bytes([nonce[-1] ^ 1]))
    right = authority.answer(query)
    stranger = str(Authority.made(tmp_path / "stranger").root)
    before = Path("a.json").read_bytes()
    for answer, code, words, root in (
        (authority.answer(Path("b.tsq").read_bytes()), 1, "it covers another digest", str(authority.root)),
        (authority.answer(other), 1, "its nonce is another", str(authority.root)),
        (authority.answer_by("code", query), 1, "its certificate is not made for time stamps", str(authority.root)),
        (right, 1, "its certificate is not trusted", stranger),
        (right[:-30], 20, "it is no answer of a time-stamp authority", str(authority.root)),
        (b"", 20, "no answer to a time-stamp query", str(authority.root)),
        (query, 20, "it is no answer of a time-stamp authority", str(authority.root)),
        (b"\x30\x84" + b"\xff" * 60_000, 20, "it is no answer of a time-stamp authority", str(authority.root)),
        (b"0" * 70_000, 20, "no answer to a time-stamp query", str(authority.root)),
    ):
        Path("r.tsr").write_bytes(answer)
        said = occ("ledger", "checkpoint", "--attach", "r.tsr", "--tsa-cert", root, "a.json", code=code).err
        assert said.startswith("error: r.tsr: ")
        assert words in said
        assert Path("a.json").read_bytes() == before
    moved = {**read("b.json"), "timestamp": None}
    occ("ledger", "checkpoint", "--attach", "r.tsr", "--tsa-cert", "b.json", "a.json", code=20)
    Path("r.tsr").write_bytes(right)
    occ("ledger", "checkpoint", "--attach", "r.tsr", "--tsa-cert", str(authority.root), "a.json")
    Path("b.json").write_text(json.dumps({**moved, "timestamp": read("a.json")["timestamp"]}))
    found = verified(occ, "--checkpoint", "b.json", "--tsa-cert", str(authority.root), code=1)
    assert [each["what"] for each in found["problems"]] == ["its time stamp proves nothing: it covers another digest"]


def test_a_missing_extra_is_told_and_nothing_is_written(occ: Run, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    occ("ledger", "checkpoint", "--tsq", "a.tsq", "-o", "a.json", store=STORE)
    before = Path("a.json").read_bytes()
    Path("r.tsr").write_bytes(b"x")
    said = occ("ledger", "checkpoint", "--attach", "r.tsr", "--tsa-cert", "c.pem", "a.json", code=14).err
    assert said == (
        "error: time stamps need the extra 'timestamp', which is not installed; nothing was verified\n"
        "help: pip install 'occ-media[timestamp]'\n"
    )
    assert Path("a.json").read_bytes() == before


@pytest.mark.parametrize(
    "words",
    [
        ("ledger", "checkpoint", "q1.json"), ("ledger", "checkpoint", "--attach", "r.tsr", "--tsa-cert", "c.pem"),
        ("ledger", "checkpoint", "--attach", "r.tsr", "q1.json"), ("ledger", "checkpoint", "--tsq", "-"),
        ("ledger", "checkpoint", "--attach", "r.tsr", "--tsa-cert", "c.pem", "--sign", "k", "q1.json"),
        ("ledger", "checkpoint", "--tsa-cert", "c.pem"), ("ledger", "verify", "--signers", "a"),
        ("ledger", "verify", "--tsa-cert", "c.pem"), ("audit", "--signers", "a"),
        ("audit", "--record", "--write-data", "d"), ("audit", "--record", "--engine", "duckdb", "--data", "d"),
    ],
)  # fmt: skip
def test_options_that_do_not_go_together(occ: Run, kept: Path, words: tuple[str, ...]) -> None:
    before = sorted(Path().iterdir())
    occ(*words, store=STORE, code=2)
    assert sorted(Path().iterdir()) == before


CRAFTED = {
    "text": b'{"schema": "occ-media/checkpoint/1", "seq": "5"}',
    "endless number": b'{"schema": "occ-media/checkpoint/1", "seq": 1e999}',
    "deep": b'{"schema": "occ-media/checkpoint/1", "made_by": ' + b"[" * 990 + b"]" * 990 + b"}",
    "twice": b'{"schema": "occ-media/checkpoint/1", "schema": "occ-media/checkpoint/1"}',
    "signed by text": b'"signature": "x"',
    "stamped by text": b'"timestamp": "MIIB"',
    "long signature": b'"signature": {"key": "ssh-ed25519 AAAA", "signature": "' + b"A" * 90_000 + b'"}',
}


@pytest.mark.parametrize("name", CRAFTED)
def test_a_crafted_checkpoint_is_an_error_in_every_command(occ: Run, kept: Path, name: str) -> None:
    data = CRAFTED[name]
    if not data.startswith(b"{"):
        data = kept.read_bytes().rstrip()[:-1] + b", " + data + b"}"
    Path("c.json").write_bytes(data)
    for words in (
        ("ledger", "verify", "--checkpoint", "c.json"), ("audit", "--checkpoint", "c.json"),
        ("ledger", "checkpoint", "--previous", "c.json"),
        ("ledger", "checkpoint", "--attach", "q1.json", "--tsa-cert", "q1.json", "c.json"),
    ):  # fmt: skip
        assert "error: c.json: not a checkpoint" in occ(*words, store=STORE, code=20).err


def test_a_checkpoint_of_200_mb_is_an_error(occ: Run, kept: Path) -> None:
    with Path("c.json").open("wb") as stream:
        stream.write(b'{"schema": "occ-media/checkpoint/1", "seq": ')
        stream.truncate(200_000_000)
    for words in (("ledger", "verify", "--checkpoint"), ("ledger", "checkpoint", "--previous")):
        assert "not a checkpoint" in occ(*words, "c.json", store=STORE, code=20).err


@needs_keygen
def test_an_audit_says_what_vouches_for_its_checkpoint(occ: Run, kept: Path, keys: Path) -> None:
    occ("ledger", "checkpoint", "--sign", str(keys / "dana"), "-o", "q2.json", store=STORE)
    words = ("audit", "--checkpoint", "q2.json", "--signers", str(keys / "allows-dana"))
    found = json.loads(occ(*words, "-f", "json", store=STORE).out)["integrity"]["checkpoint"]
    assert (found["matches"], found["signed"]["name"], found["timestamp"]) == (True, "dana@example.com", None)
    assert "signed by dana@example.com (SHA256:" in occ(*words, store=STORE).out
    assert "signed by dana@example.com (SHA256:" in occ(*words, "-f", "html", store=STORE).out
    assert "not signed" in occ("audit", "--checkpoint", "q1.json", "-f", "html", store=STORE).out
    wrong = occ("audit", "--checkpoint", "q2.json", "--signers", str(keys / "allows-kim"), store=STORE, code=1).out
    assert "ledger NOT PROVED by the checkpoint: it is signed by SHA256:" in wrong
    assert "incomplete: the checkpoint proves nothing" in wrong
    Path("key").write_bytes(b"0123456789abcdef")
    hidden = occ(*words, "--pseudonymise", "--key-file", "key", "-f", "html", store=STORE).out
    assert "dana@example.com" not in hidden
    assert "signed by agent-" in hidden


def runs() -> list[dict[str, Any]]:
    connection = sqlite3.connect(STORE)
    try:
        rows = connection.execute("SELECT c.actor, c.time_ms, c.wall_ms, e.body FROM change c JOIN event e"
                                  " ON e.seq = c.seq WHERE c.kind = 'audit-run' ORDER BY c.seq").fetchall()  # fmt: skip
    finally:
        connection.close()
    return [{"actor": actor, "at": at, "wall": wall, **json.loads(body)} for actor, at, wall, body in rows]


def test_an_audit_is_put_on_record(occ: Run, kept: Path) -> None:
    assert "| Audits on record | none |" in occ("audit", "-f", "markdown", store=STORE).out
    assert runs() == []
    said = occ("audit", "--record", "--since", "2026-01-01", "--inbox", "vip", "-f", "json", store=STORE)
    document = json.loads(said.out)
    (found,) = runs()
    assert said.err.startswith("recorded as entry ")
    assert (found["actor"], found["at"] == found["wall"]) == ("dana", False)
    assert (found["since"], found["until"], found["inboxes"]) == ("2026-01-01T00:00:00.000Z", None, ["vip"])
    assert (found["head"], found["entries"]) == (document["ledger_head"], document["ledger_entries"])
    assert (found["summary"], found["integrity"]) == (document["summary"], document["integrity"])
    assert verified(occ)["intact"] is True
    page = occ("audit", "-f", "markdown", store=STORE).out
    assert "| Audits on record | 1, the newest made 20" in page
    assert "by dana |" in page
    refused = occ("audit", "--record", "--read-only", store=STORE, code=13)
    assert (refused.out, len(runs())) == ("", 1)
    occ("audit", "--record", "--no-verify", store=STORE)
    assert runs()[-1]["integrity"]["verified"] == "no"


def test_an_audit_of_a_ledger_that_was_altered_is_on_record_too(occ: Run, kept: Path) -> None:
    alter("UPDATE setting_version SET value = replace(value, 'false', 'true')")
    occ("audit", "--record", store=STORE, code=1)
    (found,) = runs()
    assert (found["integrity"]["verified"], found["incomplete"], found["summary"]["error"]) == ("no", True, 1)
