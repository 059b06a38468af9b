"""CSV and Parquet: columns by name or by a mapping, with their units stated."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli import times
from occ_media_cli.errors import Incomplete, MalformedInput
from occ_media_cli.ledger.export import parquet
from occ_media_cli.ledger.ingest import Summary, ingest
from occ_media_cli.ledger.query import Filters, entries
from occ_media_cli.ledger.sources import Options
from tests.unit.ledger.conftest import Ledger, row

MAP = """
[map]
id = "message"
time = "when"
name = "file"
size = "kb"
direction = "way"
[units]
time = "s"
size = "kB"
[fixed]
inbox = "vip"
[values.direction]
in = "receive"
out = "send"
"""


def take(ledger: Ledger, text: str | bytes, mapping: str | None = None, **options: Any) -> Summary:
    source = ledger.folder / "rows.csv"
    source.write_bytes(text.encode() if isinstance(text, str) else text)
    if mapping is not None:
        (ledger.folder / "map.toml").write_text(mapping)
        options["mapping"] = ledger.folder / "map.toml"
    return ingest(ledger.connection, "csv", str(source), options=Options(**options))


def test_columns_with_our_names_need_no_mapping(ledger: Ledger) -> None:
    done = take(ledger, "id,time,inbox,direction,name,size\n7,2026-03-01T10:00:00Z,vip,send,a.pdf,12\n")
    assert done.counts.new == 1
    assert ledger.all("SELECT source, id, time_ms, size, customer FROM entry") == [
        ("csv", "7", 1_772_359_200_000, 12, None)
    ]


def test_a_mapping_renames_converts_and_fills_in(ledger: Ledger) -> None:
    done = take(ledger, "message;when;file;kb;way\n7;1772359200.5;a.pdf;1.5;in\n8;1772359200;b.pdf;;out\n", MAP)
    assert done.counts.refused == 0
    assert ledger.all("SELECT id, inbox, direction, time_ms, size FROM entry") == [
        ("7", "vip", "receive", 1_772_359_200_500, 1_500), ("8", "vip", "send", 1_772_359_200_000, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("unit", "number"), [("ms", "1772359200"), ("us", "1772359200000"), ("s", "46024.5"), ("s", "0"), ("ms", "-5")]
)
def test_a_number_that_would_be_in_1970_is_of_another_unit(ledger: Ledger, unit: str, number: str) -> None:
    """Such a file would be due for removal at once."""
    mapping = MAP.replace('time = "s"', f'time = "{unit}"')
    done = take(ledger, f"message;when;file;kb;way\n7;{number};a.pdf;1;in\n", mapping)
    assert (done.counts.new, done.counts.refused, done.examples[0].group) == (0, 1, "bad time")


def test_times_in_a_stated_zone_and_the_hours_that_are_there_twice(ledger: Ledger) -> None:
    zone = MAP.replace('time = "s"', 'time_zone = "Europe/Berlin"')
    done = take(
        ledger,
        "message,when,file,kb,way\n1,2026-07-01 12:00:00,a.pdf,1,in\n2,2026-10-25 02:30:00,a.pdf,1,in\n"
        "3,2026-03-29 02:30:00,a.pdf,1,in\n4,2026-07-01T12:00:00+00:00,a.pdf,1,in\n",
        zone,
    )
    assert ledger.all("SELECT id, time FROM entry") == [
        ("1", "2026-07-01T10:00:00.000Z"), ("4", "2026-07-01T12:00:00.000Z"),
    ]  # fmt: skip
    assert [refusal.detail for refusal in done.examples] == [
        "time '2026-10-25 02:30:00' is twice or never on the day that the clocks change",
        "time '2026-03-29 02:30:00' is twice or never on the day that the clocks change",
    ]


@pytest.mark.parametrize(
    ("cells", "detail"),
    [
        ("7,1772359200,vip,send,a.pdf,1", "time 1772359200 is a number, and its unit is not stated"),
        ("7,2026-03-01 10:00:00,vip,send,a.pdf,1", "time '2026-03-01 10:00:00' has no offset"),
        ("7,2026-03-01T10:00:00Z,vip,send,a.pdf,1.5", f"size '1.5' is not a whole number of bytes from 0 to {2**43:,}"),
        ("7,2026-03-01T10:00:00Z,vip,send,a.pdf,x", f"size 'x' is not a whole number of bytes from 0 to {2**43:,}"),
        ("7,2026-03-01T10:00:00Z,vip,send", "has 4 cells, and the header has 6"),
        ("7,2026-03-01T10:00:00Z,vip,send,,1", "name is missing"),
        ("7,2026-03-01T10:00:00Z,vip,send,a\0.pdf,1", "name has a NUL character"),
        ("7,2026-03-01T10:00:00Z,vip,send,a\udcff.pdf,1", "name is not valid UTF-8"),
        ("7,2026-03-01T10:00:00Z,nowhere,send,a.pdf,1", "no inbox 'nowhere'"),
    ],
)  # fmt: skip
def test_cells_that_do_not_fit_are_refused_with_their_line(ledger: Ledger, cells: str, detail: str) -> None:
    text = f'id,time,inbox,direction,name,size\n1,2026-03-01T10:00:00Z,vip,send,"a\nb.pdf",1\n{cells}\n'
    done = take(ledger, text.encode(errors="surrogateescape"))
    assert [(refusal.line, refusal.detail) for refusal in done.examples] == [(4, detail)]
    assert ledger.all("SELECT name FROM entry") == [("a\nb.pdf",)]


@pytest.mark.parametrize(
    ("mapping", "what"),
    [
        (MAP.replace('size = "kB"', ""), "[map] has size and [units] does not say its unit"),
        (MAP.replace('time = "s"', 'time = "min"'), "[units] time 'min' is none of s, ms, us"),
        (MAP.replace('size = "kB"', 'size = "kb"'), "[units] size 'kb' is none of"),
        (MAP.replace("[fixed]", "[fix]"), "[fix] is none of"),
        (MAP.replace("name = ", "nmae = "), "'nmae' is no field of an entry"),
        (MAP.replace('inbox = "vip"', ""), "nothing gives inbox"),
        (MAP.replace('time = "s"', 'time_zone = "Mars"'), "time_zone 'Mars' is not known"),
        (MAP.replace('time = "s"', 'time_zone = "../etc"'), "time_zone '../etc' is not known"),
        (MAP + '[csv]\ndelimiter = ",,"', "[csv] delimiter ',,' is not one character"),
        (MAP + '[csv]\ndelimeter = ";"', "[csv] has no 'delimeter', did you mean 'delimiter'?"),
        (MAP.replace('time = "s"', 'tiem = "s"'), "[units] has no 'tiem', did you mean 'time'?"),
        ("[map\n", "expected"),
        ("[map]\nid = 7\n", "has no table [map] of texts"),
    ],
)
def test_a_mapping_with_a_mistake_is_told_before_anything_is_read(ledger: Ledger, mapping: str, what: str) -> None:
    with pytest.raises(MalformedInput) as problem:
        take(ledger, "message,when,file,kb,way\n7,1,a,1,in\n", mapping)
    assert what in problem.value.what
    assert ledger.one("SELECT count(*) FROM entry") == 0


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "has no header"),
        ("id,time\n", "has no column 'inbox' for inbox; its columns are id, time"),
        ("id,id,time\n", "has the column 'id' twice"),
    ],
)
def test_a_file_without_what_is_needed(ledger: Ledger, text: str, what: str) -> None:
    with pytest.raises(MalformedInput) as problem:
        take(ledger, text)
    assert problem.value.what == what


def test_a_header_of_countless_columns_is_refused_at_once(ledger: Ledger) -> None:
    with pytest.raises(Incomplete, match="has 200,000 columns, and no more than 2,000 are read"):
        take(ledger, ",".join("a" for _ in range(200_000)) + "\n")


def test_parquet_out_and_in_again_is_the_same(ledger: Ledger, tmp_path: Path) -> None:
    ledger.ingest(*[row(n, agent="mona", deleted=5 if n == 3 else None, md5="a" * 32) for n in range(3000)])
    file = tmp_path / "x.parquet"
    assert parquet(ledger.connection, Filters(), file) == 3000
    assert file.stat().st_mode & 0o777 == 0o600
    before = list(entries(ledger.connection, Filters()))
    done = ingest(ledger.connection, "parquet", str(file))
    assert (done.counts.new, done.notes) == (3000, ())
    after = list(entries(ledger.connection, Filters(source="parquet")))
    assert [{**e, "seq": 0, "source": ""} for e in before] == [{**e, "seq": 0, "source": ""} for e in after]
    assert ingest(ledger.connection, "parquet", str(file)).counts.duplicate == 3000


def test_parquet_types_and_their_units(ledger: Ledger, tmp_path: Path) -> None:
    import pyarrow as arrow
    from pyarrow import parquet as writer

    table = arrow.table({
        "id": ["1", "2", "3"], "inbox": ["vip"] * 3, "direction": ["send"] * 3, "name": ["a.pdf", "b\0", "c"],
        "time": arrow.array([datetime(2026, 3, 1, 10, tzinfo=UTC)] * 3, arrow.timestamp("us", tz="UTC")),
        "sha256": arrow.array([b"\xab" * 32] * 3, arrow.binary()), "size": [1, 2, -3],
    })  # fmt: skip
    writer.write_table(table, tmp_path / "t.parquet")
    done = ingest(ledger.connection, "parquet", str(tmp_path / "t.parquet"))
    assert [(r.line, r.group) for r in done.examples] == [(2, "NUL"), (3, "bad size")]
    assert ledger.all("SELECT time, sha256 FROM entry") == [("2026-03-01T10:00:00.000Z", "ab" * 32)]
    naive = table.set_column(4, "time", arrow.array([datetime(2026, 3, 1)] * 3, arrow.timestamp("us")))
    writer.write_table(naive, tmp_path / "n.parquet")
    assert ingest(ledger.connection, "parquet", str(tmp_path / "n.parquet")).counts.refused == 3
    (tmp_path / "broken.parquet").write_bytes((tmp_path / "t.parquet").read_bytes()[:-30])
    with pytest.raises(MalformedInput, match="not a Parquet file"):
        ingest(ledger.connection, "parquet", str(tmp_path / "broken.parquet"))
    with pytest.raises(Incomplete):
        ingest(ledger.connection, "parquet", str(tmp_path / "none.parquet"))


def test_zstd_and_gzip(ledger: Ledger) -> None:
    import gzip

    zstd = pytest.importorskip("backports.zstd")
    text = b"id,time,inbox,direction,name\n7,2026-03-01T10:00:00Z,vip,send,a.pdf\n"
    assert take(ledger, zstd.compress(text)).counts.new == 1
    assert take(ledger, gzip.compress(text)).counts.duplicate == 1


def test_parquet_moments_of_every_unit(ledger: Ledger, tmp_path: Path) -> None:
    import pyarrow as arrow
    from pyarrow import parquet as writer

    base = {"id": ["1"], "inbox": ["vip"], "direction": ["send"], "name": ["a.pdf"]}
    nanoseconds = 1_772_359_200_123_456_789
    for unit, each in (("s", 10**9), ("ms", 10**6), ("us", 10**3), ("ns", 1)):
        time = arrow.array([nanoseconds // each], arrow.timestamp(unit, tz="Asia/Dubai"))
        writer.write_table(arrow.table({**base, "id": [unit], "time": time}), tmp_path / "t.parquet")
        assert ingest(ledger.connection, "parquet", str(tmp_path / "t.parquet")).counts.new == 1
    whole, exact = 1_772_359_200_000, 1_772_359_200_123
    assert ledger.all("SELECT time_ms FROM entry ORDER BY seq") == [(whole,), (exact,), (exact,), (exact,)]
    time = arrow.array([20_513], arrow.date32())
    writer.write_table(arrow.table({**base, "id": ["date"], "time": time}), tmp_path / "t.parquet")
    assert ingest(ledger.connection, "parquet", str(tmp_path / "t.parquet")).counts.new == 1
    assert ledger.one("SELECT time FROM entry WHERE id = 'date'") == "2026-03-01T00:00:00.000Z"
    for unit, tz in (("us", "UTC"), ("us", None), ("ms", "UTC"), ("ms", None)):
        far = arrow.array([2**62], arrow.timestamp(unit, tz=tz))
        writer.write_table(arrow.table({**base, "time": far}), tmp_path / "t.parquet")
        done = ingest(ledger.connection, "parquet", str(tmp_path / "t.parquet"))
        assert [refusal.group for refusal in done.examples] == ["bad time"]


def test_parquet_columns_that_are_no_values(ledger: Ledger, tmp_path: Path) -> None:
    import pyarrow as arrow
    from pyarrow import parquet as writer

    base = {"id": ["1"], "time": ["2026-03-01"], "inbox": ["vip"], "direction": ["send"], "name": ["a.pdf"]}
    writer.write_table(arrow.table({**base, "customer": [{"number": 1}]}), tmp_path / "t.parquet")
    with pytest.raises(MalformedInput, match="column 'customer' holds struct"):
        ingest(ledger.connection, "parquet", str(tmp_path / "t.parquet"))
    writer.write_table(arrow.table({**base, "extra": [{"number": 1}]}), tmp_path / "t.parquet")
    assert ingest(ledger.connection, "parquet", str(tmp_path / "t.parquet")).counts.new == 1


@pytest.mark.parametrize(
    ("column", "values", "group"),
    [
        ("direction", ["send", "sent"], "bad direction"),
        ("outcome", ["delivered", "lost"], "bad outcome"),
        ("size", [1, -1], "bad size"),
        ("name", ["a.pdf", None], "no name"),
        ("customer", ["1", "a\0b"], "NUL"),
    ],
)
def test_one_bad_value_in_a_parquet_column_refuses_one_row(
    ledger: Ledger, tmp_path: Path, column: str, values: list[Any], group: str
) -> None:
    import json

    import pyarrow as arrow
    from pyarrow import parquet as writer

    base = {"id": ["1", "2"], "time": ["2026-03-01"] * 2, "inbox": ["vip"] * 2, "direction": ["send"] * 2,
            "name": ["a.pdf"] * 2}  # fmt: skip
    whole = arrow.table({**base, column: values})
    for number, table in enumerate((whole, arrow.table({**base, column: arrow.array(values).dictionary_encode()}))):
        writer.write_table(table, tmp_path / "t.parquet")
        done = ingest(ledger.connection, "parquet", str(tmp_path / "t.parquet"), rejects=tmp_path / "rejects")
        assert (done.counts.new + done.counts.duplicate, done.counts.refused) == (1, 1), number
        refused = json.loads((tmp_path / "rejects").read_text())
        assert (refused["line"], refused["reason"]) == (2, group)
        assert json.loads(refused["row"])["id"] == "2"


def test_a_bad_row_of_csv_costs_itself_and_is_named_by_its_line(ledger: Ledger) -> None:
    rows = "".join(f"n{n},2026-03-01T10:00:00Z,vip,receive,n{n}.pdf\n" for n in range(3_000))
    last = 'z,2026-03-01T10:00:00Z,vip,receive,"x ""y"" z"\n'
    source = ledger.folder / "stray.csv"
    source.write_text(
        'id,time,inbox,direction,name\na,2026-03-01T10:00:00Z,vip,receive,"unclosed\n' + rows + '"bad,x\n' + last
    )
    rejects = ledger.folder / "rejects"
    done = ingest(ledger.connection, "csv", str(source), rejects=rejects)
    assert (done.counts.read, done.counts.new, done.counts.refused) == (3_003, 3_001, 2)
    assert [json.loads(line)["line"] for line in rejects.read_text().splitlines()] == [2, 3_003]
    assert json.loads(rejects.read_text().splitlines()[1])["row"] == '"bad,x'
    assert ledger.all("SELECT name FROM entry WHERE id = 'z'") == [('x "y" z',)]


@pytest.mark.parametrize("field", ["id", "inbox", "direction", "name", "channel", "time", "size", "sha256"])
@pytest.mark.parametrize("kind", ["string", "large_string", "dictionary", "binary", "large_binary", "string_view"])
def test_a_text_in_parquet_that_is_not_utf8_refuses_its_row(
    ledger: Ledger, tmp_path: Path, field: str, kind: str
) -> None:
    import pyarrow as arrow
    from pyarrow import parquet as writer

    many = 2_500
    columns: dict[str, list[str]] = {
        "id": [f"p{n}" for n in range(many)], "time": ["2026-03-01T10:00:00Z"] * many, "inbox": ["vip"] * many,
        "direction": ["receive"] * many, "name": ["é.pdf"] * many, "channel": ["mail"] * many, "size": ["5"] * many,
        "sha256": ["ab" * 32] * many,
    }  # fmt: skip
    values = [text.encode() for text in columns[field]]
    values[1_000] = b"a\xff\xfe"
    raw = arrow.array(values, arrow.large_binary() if kind.startswith("large") else arrow.binary())
    if kind == "dictionary":
        coded = raw.dictionary_encode()
        texts = arrow.StringArray.from_buffers(len(coded.dictionary), *coded.dictionary.buffers()[1:])
        made = arrow.DictionaryArray.from_arrays(coded.indices, texts, safe=False)
    elif kind == "string_view":
        made = arrow.array(values, arrow.binary_view()).view(arrow.string_view())
    elif kind.endswith("string"):
        made = raw.view(arrow.large_string() if kind == "large_string" else arrow.string())
    else:
        made = raw
    source = tmp_path / "texts.parquet"
    writer.write_table(arrow.table({**columns, field: made}), source)
    rejects = tmp_path / "rejects"
    done = ingest(ledger.connection, "parquet", str(source), rejects=rejects)
    assert (done.counts.new, done.counts.refused) == (many - 1, 1)
    assert [(refusal.line, refusal.group) for refusal in done.examples] == [(1_001, "not UTF-8")]
    assert json.loads(rejects.read_text())["detail"] == f"{field} is not valid UTF-8"
    assert ledger.one("SELECT count(*) FROM entry WHERE name = 'é.pdf' AND inbox = 'vip'") == many - 1


def test_a_csv_that_is_not_utf_8_is_told_as_such(ledger: Ledger) -> None:
    header, row = "id,time,inbox,direction,name", "7,2026-03-01T10:00:00Z,vip,send,caf\xe9.pdf"
    done = take(ledger, f"{header}\n{row}\n".encode("latin-1"))
    assert [(each.group, each.detail) for each in done.examples] == [("not UTF-8", "name is not valid UTF-8")]
    assert done.notes == (
        "some rows are not valid UTF-8; it looks like windows-1252; a mapping says what they are: [csv] encoding",
    )
    with pytest.raises(MalformedInput, match="its first line is not valid UTF-8") as said:
        take(ledger, f"{header[:-1]}\xe9\n{row}\n".encode("latin-1"))
    assert "[csv] encoding" in (said.value.hint or "")
    kept = take(ledger, f"{header},preis\xe9\n7,2026-03-01T10:00:00Z,vip,send,a.pdf,1\n".encode("latin-1"))
    assert (kept.counts.new, kept.notes) == (1, ("columns that are not kept: preis\\xe9",))


PLAIN_MAP = "[map]\n" + "".join(
    f'{name} = "{name}"\n' for name in ("id", "time", "inbox", "direction", "name", "customer")
)


@pytest.mark.parametrize(
    ("encoding", "said"), [("windows-1256", "windows-1256"), ("utf-16", None), ("utf-16-le", "utf-16-le")]
)
def test_a_csv_is_read_in_the_encoding_that_its_mapping_or_its_mark_says(
    ledger: Ledger, encoding: str, said: str | None
) -> None:
    text = 'id,time,inbox,direction,name,customer\r\n7,2026-03-01T10:00:00Z,vip,send,"a\nb.pdf",أحمد\r\n'
    mapping = f'{PLAIN_MAP}[csv]\nencoding = "{said}"\n' if said else None
    done = take(ledger, text.encode(encoding), mapping)
    assert (done.counts.new, done.notes) == (1, ())
    assert ledger.one("SELECT customer FROM entry") == "أحمد"


def test_bytes_that_are_no_character_of_the_stated_encoding_refuse_their_row_alone(ledger: Ledger) -> None:
    rows = b"id,time,inbox,direction,name,customer\n7,2026-03-01T10:00:00Z,vip,send,a\x81.pdf,c\n8,2026-03-01T10:00:00Z,vip,send,b.pdf,c\n"
    done = take(ledger, rows, f'{PLAIN_MAP}[csv]\nencoding = "windows-1252"\n')
    assert (done.counts.new, [each.group for each in done.examples]) == (1, ["not UTF-8"])


@pytest.mark.parametrize("line", ["sep=;\n", "sep=;\r\n", '"sep=;"\n', "SEP=|\n"])
def test_the_line_in_which_a_spreadsheet_states_the_separator_is_no_header(ledger: Ledger, line: str) -> None:
    between = "|" if "|" in line else ";"
    rows = [
        ["id", "time", "inbox", "direction", "name"],
        ["7", "2026-03-01T10:00:00Z", "vip", "send", "a,b,c,d,e,f.pdf"],
        ["8"],
    ]
    done = take(ledger, line + "".join(between.join(cells) + "\n" for cells in rows))
    assert (done.counts.new, [each.line for each in done.examples]) == (1, [4])


@pytest.mark.parametrize(
    ("form", "zone", "text", "moment"),
    [
        ("%d.%m.%Y %H:%M", "Europe/Berlin", "01.07.2026 10:00", "2026-07-01T08:00:00.000Z"),
        ("%m/%d/%y %I:%M %p", "America/New_York", "01/02/26 01:30 PM", "2026-01-02T18:30:00.000Z"),
        ("%d %b %Y %H:%M:%S.%f %z", None, "01 Mar 2026 10:00:00.1239 +0530", "2026-03-01T04:30:00.123Z"),
        ("%Y%m%d", "UTC", " 20260301 ", "2026-03-01T00:00:00.000Z"),
    ],
)
def test_a_time_is_read_in_the_form_that_the_mapping_states(
    ledger: Ledger, form: str, zone: str | None, text: str, moment: str
) -> None:
    units = f'[units]\ntime_format = "{form}"\n' + (f'time_zone = "{zone}"\n' if zone else "")
    done = take(
        ledger,
        f"id;time;inbox;direction;name;customer\n7;{text};vip;send;a.pdf;c\n8;2026-03-01T10:00:00Z;vip;send;a.pdf;c\n",
        PLAIN_MAP + units,
    )
    assert ledger.all("SELECT id, time_ms FROM entry") == [("7", times.parse(moment))]
    assert [(each.group, form in each.detail) for each in done.examples] == [("bad time", True)]


@pytest.mark.parametrize(
    ("units", "words"),
    [
        ('time_format = "%d.%m.%Y"', "has no offset"),
        ('time_format = "%H:%M"\ntime_zone = "UTC"', "does not say year, month and day"),
        ('time_format = "%Y-%m-%d %Q"\ntime_zone = "UTC"', "%Q is nothing that a time has"),
        ('time_format = "%Y-%m-%d %"\ntime_zone = "UTC"', "is nothing that a time has"),
        ('time_format = "%Y-%m-%d"\ntime_zone = "UTC"\ntime = "s"', "a number or a text"),
    ],
)
def test_a_form_of_times_that_leaves_a_moment_open_is_refused(ledger: Ledger, units: str, words: str) -> None:
    with pytest.raises(MalformedInput, match=words):
        take(ledger, "id,time,inbox,direction,name,customer\n", f"{PLAIN_MAP}[units]\n{units}\n")


def test_an_hour_that_summer_time_skips_or_doubles_is_refused_in_a_stated_form_too(ledger: Ledger) -> None:
    units = '[units]\ntime_format = "%d.%m.%Y %H:%M"\ntime_zone = "Europe/Berlin"\n'
    rows = "".join(
        f"{number},{day} 02:30,vip,send,a.pdf,c\n" for number, day in enumerate(["29.03.2026", "25.10.2026"])
    )
    done = take(ledger, f"id,time,inbox,direction,name,customer\n{rows}", PLAIN_MAP + units)
    assert (done.counts.new, ["twice or never" in each.detail for each in done.examples]) == (0, [True, True])
