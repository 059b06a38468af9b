"""What comes of rows: new, duplicate, refused, and in which words."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.errors import Incomplete, MalformedInput, NotFound
from occ_media_cli.ledger import totals
from occ_media_cli.ledger.ingest import ingest
from occ_media_cli.ledger.query import Filters, entries
from occ_media_cli.ledger.verify.recompute import verify_ledger
from occ_media_cli.store import canonical, chain, record
from tests.unit.ledger.conftest import STAMP, Ledger, row


def figures(summary: Any) -> tuple[int, int, int, int]:
    counts = summary.counts
    return counts.read, counts.new, counts.duplicate, counts.refused


def chain_is_right(ledger: Ledger) -> bool:
    """Recompute every record by the slow words of store.chain and store.record."""
    names = (*record.COLUMNS, *record.PERSONAL, "salt", "link")
    words = dict(ledger.all("SELECT code, text FROM word"))
    seq = ledger.one("SELECT min(seq) FROM record") - 1
    state = None
    for values in ledger.all(f"SELECT {', '.join(names)} FROM record ORDER BY seq"):
        found = dict(zip(names, values, strict=True))
        if state is None:
            assert found["seq"] == seq + 1
            state = head_before(ledger, found["seq"])
        public = [words.get(found[n]) if n in record.WORDS else found[n] for n in record.COLUMNS]
        public = [value.hex() if isinstance(value, bytes) else value for value in public]
        commitment = canonical.commit_to(found["salt"], [found[name] for name in record.PERSONAL])
        state = chain.advance(state, commitment, ["record", *public])
        if state[:16] != found["link"]:
            return False
    return chain.head(ledger.connection)[1] == state


def head_before(ledger: Ledger, seq: int) -> bytes:
    state = chain.ZERO
    for values in ledger.all(
        "SELECT seq, kind, ms, wall, actor, os_user, host, program, reason, document, body FROM event"
        " WHERE seq < ? ORDER BY seq",
        seq,
    ):
        public = ["event", *values]
        state = chain.advance(state, b"", public)
    return state


def totals_are_right(ledger: Ledger) -> bool:
    return all(
        sorted(ledger.all(query)) == sorted(ledger.all(f"SELECT * FROM {table}"))
        for table, query in totals.RECOMPUTED.items()
    )


def test_a_row_goes_in_and_comes_out_whole(ledger: Ledger) -> None:
    given = row(
        1, agent="mona", conversation="c-77", detected="image/png", md5="0" * 32, outcome="blocked", reason="too big",
        message="Sorry", path="2026/03/a.pdf", deleted="2026-04-01T00:00:00+02:00",
    )  # fmt: skip
    assert figures(ledger.ingest(given)) == (1, 1, 0, 0)
    [found] = entries(ledger.connection, Filters())
    assert found == {
        "seq": found["seq"],
        "source": "ndjson",
        **given,
        "deleted": "2026-03-31T22:00:00.000Z",
        "removed": None,
    }
    assert chain_is_right(ledger)
    assert totals_are_right(ledger)


def test_a_repeat_is_a_duplicate_and_other_content_is_refused(ledger: Ledger) -> None:
    ledger.ingest(*[row(n) for n in range(50)])
    assert figures(ledger.ingest(*[row(n) for n in range(55)])) == (55, 5, 50, 0)
    [refusal] = ledger.refusals(row(3, size=7))
    assert refusal["reason"] == "other content"
    assert refusal["detail"] == "id 'wamid.3' is in the ledger with another size"
    assert json.loads(refusal["row"])["size"] == 7
    assert figures(ledger.ingest(row(90), row(90), row(90, name="x.pdf"))) == (3, 1, 1, 1)
    assert chain_is_right(ledger)
    assert totals_are_right(ledger)


def test_what_an_entry_came_to_may_be_said_again(ledger: Ledger) -> None:
    """An export has corrections and removals in its rows; taken in again it is no news, and no contradiction."""
    correction = {"id": "c.1", "corrects": "wamid.1", "time": "2026-03-02T10:00:00.000Z", "size": 9, "detected": "pdf",
                  "outcome": "failed", "deleted": "2026-03-03T10:00:00.000Z"}  # fmt: skip
    ledger.ingest(row(1), row(2), correction)
    now = row(1, size=9, detected="pdf", outcome="failed", deleted="2026-03-03T10:00:00.000Z")
    again = ledger.ingest(now, row(1), row(2), row(1, outcome="failed"))
    assert (again.counts.new, again.counts.duplicate, again.counts.refused) == (0, 4, 0)
    (refusal,) = ledger.refusals({**now, "size": 8}, row(2))
    assert refusal["detail"] == "id 'wamid.1' is in the ledger with another size"


@pytest.mark.parametrize("field", ["time", "inbox", "channel", "direction", "agent", "customer", "conversation", "name",
                                   "declared", "detected", "size", "sha256", "md5", "outcome", "reason", "message",
                                   "path", "deleted"])  # fmt: skip
def test_another_value_in_any_field_is_other_content(ledger: Ledger, field: str) -> None:
    other = {"time": "2026-03-01T10:00:01.001Z", "inbox": "lab", "direction": "send", "size": 9, "sha256": "a" * 64,
             "md5": "b" * 32, "outcome": "failed", "deleted": 5}  # fmt: skip
    ledger.ingest(row(1))
    [refusal] = ledger.refusals({**row(1), field: other.get(field, "other")})
    assert refusal["detail"] == f"id 'wamid.1' is in the ledger with another {field}"


@pytest.mark.parametrize(
    ("change", "reason", "detail"),
    [
        ({"inbox": "vpi"}, "unknown inbox", "no inbox 'vpi', did you mean 'vip'?"),
        ({"inbox": None}, "no inbox", "inbox is missing"),
        ({"id": None}, "no id", "id is missing"),
        ({"id": ""}, "bad value", "id is empty"),
        ({"id": 7}, "bad value", "id 7 is not text"),
        ({"time": "2026-03-01T10:00:00"}, "bad time", "time '2026-03-01T10:00:00' has no offset"),
        ({"time": "yesterday"}, "bad time", "time 'yesterday' is not a time"),
        ({"time": 1.5}, "bad time", "time 1.5 is neither a time nor whole milliseconds"),
        ({"time": 10**18}, "bad time", "time is outside the years 1 to 9999"),
        ({"time": "9999-12-31T23:59:59-14:00"}, "bad time",
         "time '9999-12-31T23:59:59-14:00' is in UTC outside the years 1 to 9999"),
        ({"direction": "in"}, "bad direction", "direction 'in' is neither send nor receive"),
        ({"outcome": "ok"}, "bad outcome", "outcome 'ok' is none of delivered, blocked, failed"),
        ({"size": -1}, "bad size", "size -1 is not a whole number of bytes from 0 to 8,796,093,022,208"),
        ({"size": 1.5}, "bad size", "size 1.5 is not a whole number of bytes from 0 to 8,796,093,022,208"),
        ({"size": 2**63}, "bad size", f"size {2**63} is not a whole number of bytes from 0 to 8,796,093,022,208"),
        ({"name": "a\0b"}, "NUL", "name has a NUL character"),
        ({"path": "/etc"}, "path outside", "path '/etc' is absolute; paths are relative to the root of the media"),
        ({"path": "C:\\x"}, "path outside", "path 'C:\\x' is absolute; paths are relative to the root of the media"),
        ({"path": "a/../../b"}, "path outside", "path 'a/../../b' leaves its root"),
        ({"path": "a\\..\\..\\b"}, "path outside", "path 'a\\..\\..\\b' leaves its root"),
        ({"sha256": "abc"}, "bad hash", "sha256 is neither 64 hex digits nor base64 of 32 bytes"),
        ({"sha256": "g" * 64}, "bad hash", "sha256 is neither 64 hex digits nor base64 of 32 bytes"),
        ({"sha256": " " * 2 + "a" * 62}, "bad hash", "sha256 is neither 64 hex digits nor base64 of 32 bytes"),
        ({"md5": "a" * 33}, "bad hash", "md5 is neither 32 hex digits nor base64 of 16 bytes"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_in_words(ledger: Ledger, change: dict[str, Any], reason: str, detail: str) -> None:
    [refusal] = ledger.refusals(row(1), {**row(2), **change}, row(3))
    assert (refusal["line"], refusal["reason"], refusal["detail"]) == (2, reason, detail)
    assert ledger.one("SELECT count(*) FROM entry") == 2
    assert chain_is_right(ledger)
    assert totals_are_right(ledger)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("nonsense", "not JSON"),
        ("[1]", "an array"),
        ('{"id": "\\ud800"}', "not JSON"),
        ("\udcff", "not UTF-8"),
        ("[" * 50_000, "not JSON"),
        (json.dumps(row(9))[:-1] + ', "x": ' + "[" * 990 + "]" * 990 + "}", "not JSON"),
        (json.dumps(row(9))[:-1] + ', "x": ' + '{"a":' * 70 + "1" + "}" * 71, "not JSON"),
        (json.dumps(row(9))[:-1] + ', "id": "wamid.2"}', "key twice"),
        (json.dumps(row(9))[:-1] + ', "inbox": "lab"}', "key twice"),
        (json.dumps(row(9))[:-1] + ', "corrects": null, "x": 1e999}', "bad number"),
        (json.dumps(row(9))[:-1] + ', "x": 123456789012345678901234567890, "decision": null}', "bad number"),
        ('{"id": "' + "x" * 1_100_000 + '"}', "too long"),
    ],
)
def test_lines_that_are_no_entries_are_refused(ledger: Ledger, line: str, reason: str) -> None:
    found = ledger.refusals(row(1), line, row(2))
    assert [(refusal["line"], refusal["reason"]) for refusal in found] in ([(2, reason)], [(2, "not JSON")])
    assert ledger.one("SELECT count(*) FROM entry") == 2


@pytest.mark.parametrize(
    "change",
    [
        {"channel": "never-linked"},
        {"agent": "nobody"},
        {"time": "1969-07-20T20:17:40.123Z"},
        {"time": "2099-01-01"},
        {"name": "x" * 300 + ".exe"},
        {"name": "\u202efdp.exe"},
        {"path": "a..b/..c/d.."},
        {"path": "a\\b"},
        {"declared": "x" * 5_000},
        {"time": 1_772_359_201_000},
    ],
)
def test_what_is_only_judged_later_is_accepted(ledger: Ledger, change: dict[str, Any]) -> None:
    given = {**row(1), **change}
    assert figures(ledger.ingest(given)) == (1, 1, 0, 0)
    [found] = entries(ledger.connection, Filters())
    assert {name: found[name] for name in change if name != "time"} == {n: v for n, v in change.items() if n != "time"}
    assert figures(ledger.ingest(given)) == (1, 0, 1, 0)
    assert chain_is_right(ledger)


def test_times_before_1970_come_out_right(ledger: Ledger) -> None:
    ledger.ingest(row(1, time="1969-07-20T20:17:40.123Z"))
    assert ledger.all("SELECT time FROM entry") == [("1969-07-20T20:17:40.123Z",)]
    assert totals_are_right(ledger)


def test_digits_finer_than_milliseconds_are_cut(ledger: Ledger) -> None:
    ledger.ingest(row(1, time="2026-03-01T10:00:00.9999999Z"), row(2, time="2026-03-01T11:00:00,5+01:00"))
    assert [e["time"] for e in entries(ledger.connection, Filters())] == [
        "2026-03-01T10:00:00.999Z", "2026-03-01T10:00:00.500Z",
    ]  # fmt: skip


def test_one_content_in_hex_and_base64_is_one_file(ledger: Ledger) -> None:
    ledger.ingest(row(1, sha256="AB" * 32), row(2, sha256="q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s="))
    assert ledger.all("SELECT DISTINCT sha256 FROM entry") == [("ab" * 32,)]


def test_compressed_sources_are_read_and_broken_ones_told(ledger: Ledger, tmp_path: Path) -> None:
    data = gzip.compress(b"".join(json.dumps(row(n)).encode() + b"\n" for n in range(5000)))
    (tmp_path / "a.ndjson.gz").write_bytes(data)
    assert figures(ingest(ledger.connection, "ndjson", str(tmp_path / "a.ndjson.gz"))) == (5000, 5000, 0, 0)
    (tmp_path / "b.gz").write_bytes(data[: len(data) // 2])
    with pytest.raises(MalformedInput, match="compressed data is broken"):
        ingest(ledger.connection, "ndjson", str(tmp_path / "b.gz"))
    with pytest.raises(Incomplete, match="no such file"):
        ingest(ledger.connection, "ndjson", str(tmp_path / "none"))


def test_what_comes_before_a_broken_end_is_kept(ledger: Ledger, tmp_path: Path) -> None:
    import random

    rng = random.Random(1)
    rows = [json.dumps(row(n, name=f"{rng.random()}.pdf")).encode() + b"\n" for n in range(5000)]
    (tmp_path / "b.gz").write_bytes(gzip.compress(b"".join(rows))[:-20_000])
    with pytest.raises(MalformedInput):
        ingest(ledger.connection, "ndjson", str(tmp_path / "b.gz"))
    assert 1000 < ledger.one("SELECT count(*) FROM entry") < 5000
    assert chain_is_right(ledger)


def test_a_byte_order_mark_and_blank_lines_are_no_rows(ledger: Ledger) -> None:
    assert figures(ledger.ingest("\ufeff" + json.dumps(row(1)), "", "   ", row(2))) == (2, 2, 0, 0)


def test_inboxes_by_map_by_option_and_after_a_rename(ledger: Ledger) -> None:
    assert figures(ledger.ingest(row(1, inbox="acct-9"), accounts={"acct-9": "lab"})) == (1, 1, 0, 0)
    given = row(2)
    del given["inbox"], given["direction"]
    from occ_media_cli.ledger.sources import Options

    assert figures(ledger.ingest(given, options=Options(inbox="lab", direction="send"))) == (1, 1, 0, 0)
    assert ledger.all("SELECT inbox, direction FROM entry") == [("lab", "receive"), ("lab", "send")]
    with pytest.raises(NotFound, match="no inbox 'lba' \\(for 'x'\\), did you mean 'lab'"):
        ledger.ingest(row(3), accounts={"x": "lba"})
    assert figures(ledger.ingest(row(4, inbox="Gru\u0308ße"))) == (1, 1, 0, 0)


def test_what_came_in_under_a_former_name_of_an_inbox_is_known(ledger: Ledger) -> None:
    from occ_media_cli.settings.editing import editing
    from occ_media_cli.store.locate import at

    fix = {"id": "s.1", "corrects": "wamid.1", "time": 1_772_359_300_000, "outcome": "failed", "inbox": "vip"}
    given = row(1), row(2), fix
    ledger.ingest(*given)
    with editing(at(ledger.path, explicit=True), STAMP) as editor:
        editor.rename_inbox("vip", "gold")
    assert figures(ledger.ingest(*given)) == (3, 0, 3, 0)
    assert figures(ledger.ingest(row(1, inbox="gold"))) == (1, 0, 1, 0)
    [refusal] = ledger.refusals(*given, row(3))
    assert (refusal["line"], refusal["reason"]) == (4, "unknown inbox")
    with editing(at(ledger.path, explicit=True), STAMP) as editor:
        editor.add_inbox("vip")
    assert figures(ledger.ingest(*given, row(3))) == (4, 1, 3, 0)
    assert ledger.all("SELECT id, inbox FROM entry") == [("wamid.1", "gold"), ("wamid.2", "gold"), ("wamid.3", "vip")]
    assert [refusal["detail"] for refusal in ledger.refusals(row(1, inbox="lab"), row(3, inbox="gold"))] == [
        "id 'wamid.1' is in the ledger with another inbox", "id 'wamid.3' is in the ledger with another inbox",
    ]  # fmt: skip
    assert verify_ledger(ledger.connection).intact


def test_an_id_that_is_there_twice_is_refused_wherever_it_is_in_a_long_file(ledger: Ledger) -> None:
    rows: list[dict[str, Any] | str] = [row(n) for n in range(2_000)]
    for number, line in ((1_500, ', "id": "x"}'), (1_800, ', "i\\u0064": "x"}')):
        rows[number] = json.dumps(rows[number])[:-1] + line
    found = ledger.refusals(*rows)
    assert [(refusal["line"], refusal["reason"]) for refusal in found] == [(1_501, "key twice"), (1_801, "key twice")]
    assert ledger.one("SELECT count(*) FROM entry") == 1_998


def test_a_correction_may_stand_before_its_entry(ledger: Ledger) -> None:
    fix = {"id": "s.1", "corrects": "wamid.1", "time": 1_772_359_300_000, "outcome": "failed", "inbox": "vip"}
    done = ledger.ingest(fix, {**fix, "id": "s.2", "corrects": "wamid.9"}, row(1))
    assert (done.counts.new, done.counts.refused, done.counts.read) == (2, 1, 3)
    assert [(each.line, each.group) for each in done.examples] == [(2, "unknown entry")]
    assert ledger.all("SELECT id, outcome FROM entry") == [("wamid.1", "failed")]


def test_a_correction_changes_what_stands_and_keeps_what_was(ledger: Ledger) -> None:
    fix = {"id": "s.1", "corrects": "wamid.1", "time": 1_772_359_300_000, "outcome": "failed", "reason": "131053 size"}
    assert figures(ledger.ingest(row(1), fix)) == (2, 2, 0, 0)
    assert totals_are_right(ledger)
    assert ledger.all("SELECT outcome, reason, size FROM entry") == [("failed", "131053 size", 1001)]
    assert figures(ledger.ingest(row(1), fix)) == (2, 0, 2, 0)
    ledger.ingest({"id": "s.2", "corrects": "wamid.1", "time": 5, "size": 7, "deleted": 9, "name": "receipt-1.pdf"})
    assert ledger.all("SELECT outcome, size, deleted_ms FROM entry") == [("failed", 7, 9)]
    assert ledger.all("SELECT outcome, size FROM record WHERE kind = 0") == [(0, 1001)]
    assert chain_is_right(ledger)
    assert totals_are_right(ledger)


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({"corrects": "wamid.9"}, "corrects 'wamid.9', which is not in the ledger"),
        ({"name": "other.pdf"}, "corrects 'wamid.1' with another name, which is fixed"),
        ({"customer": "1"}, "corrects 'wamid.1' with another customer, which is fixed"),
        ({"outcome": "no"}, "outcome 'no' is none of delivered, blocked, failed"),
        ({"id": None}, "id is missing"),
        ({"size": 8}, "id 's.1' is in the ledger with another size"),
    ],
)
def test_corrections_that_cannot_be(ledger: Ledger, change: dict[str, Any], detail: str) -> None:
    fix = {"id": "s.1", "corrects": "wamid.1", "time": 5, "outcome": "failed", "size": 7}
    ledger.ingest(row(1), fix)
    [refusal] = ledger.refusals({**fix, **change})
    assert refusal["detail"] == detail
    assert chain_is_right(ledger)


def test_totals_follow_corrections_back_and_forth(ledger: Ledger) -> None:
    ledger.ingest(row(1))
    for number, change in enumerate(({"outcome": "failed"}, {"outcome": "delivered"}, {"deleted": 1}, {"size": 0})):
        ledger.ingest({"id": f"c{number}", "corrects": "wamid.1", "time": number, **change})
        assert totals_are_right(ledger)


def test_the_dictionary_holds_no_word_that_no_record_uses(ledger: Ledger) -> None:
    ledger.ingest(row(1), row(2, reason="only here", inbox="nowhere"), row(1, declared="changed/type"))
    assert ledger.all("SELECT text FROM word WHERE text IN ('only here', 'changed/type')") == []


def test_a_run_in_many_commits_is_the_same_ledger(ledger: Ledger) -> None:
    rows = [row(n, customer=f"c{n % 7}", reason=f"r{n % 3}") for n in range(3000)]
    assert figures(ledger.ingest(*rows, commit_every=700)) == (3000, 3000, 0, 0)
    assert chain_is_right(ledger)
    assert totals_are_right(ledger)


def test_an_appender_inside_a_transaction_with_temporary_tables(ledger: Ledger) -> None:
    from occ_media_cli.ledger.append.appender import Appender

    ledger.connection.execute("CREATE TEMP TABLE mine (n INTEGER)")
    ledger.connection.execute("BEGIN IMMEDIATE")
    Appender(ledger.connection, "retention")
    ledger.connection.execute("INSERT INTO mine VALUES (1)")
    ledger.connection.execute("ROLLBACK")


def test_the_quick_form_of_json_is_the_canonical_one() -> None:
    import msgspec

    texts = [chr(code) for code in (*range(0x300), 0x2028, 0x2029, 0xFEFF, 0xFFFF, 0x1F600)]
    for value in ([text, f"a{text}b", None, True, 2**63 - 1, -(2**63)] for text in texts):
        assert msgspec.json.encode(value) == canonical.encode(value)


def test_extensions_are_public_and_hold_no_secrets(ledger: Ledger) -> None:
    names = ["a.PDF", "b.tar.gz", "none", "c.4915112345678", "d.x y", "e." + "z" * 13, "f.ﬁx", ".jpg", "g."]
    ledger.ingest(*[row(n, name=name) for n, name in enumerate(names)])
    assert [found for (found,) in ledger.all("SELECT extension FROM entry ORDER BY seq")] == [
        "pdf", "gz", None, None, None, None, "fix", "jpg", None,
    ]  # fmt: skip


def test_sizes_that_no_total_can_hold_are_refused_and_nothing_is_half_recorded(ledger: Ledger) -> None:
    ledger.ingest(row(1))
    ledger.connection.execute("UPDATE day_total SET bytes = ?", (2**63 - 1 - 1_000,))
    with pytest.raises(MalformedInput, match="add up to more than 8 EiB"):
        ledger.ingest(row(2), row(3))
    assert not ledger.connection.in_transaction
    assert ledger.one("SELECT count(*) FROM entry") == 1
    ledger.connection.execute("UPDATE day_total SET bytes = 1001")
    assert ledger.ingest(row(2), row(3)).counts.new == 2
    assert verify_ledger(ledger.connection).intact


def test_a_size_beyond_any_file_is_refused(ledger: Ledger) -> None:
    assert ledger.ingest(row(1, size=2**43)).counts.new == 1
    (refused,) = ledger.refusals(row(2, size=2**43 + 1))
    assert "size" in json.dumps(refused)
