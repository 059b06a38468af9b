"""A copy tells nothing, is of the same type, and what cannot be copied well is refused with its reason."""

from __future__ import annotations

import io
import os
import shutil
import struct
import subprocess
import zipfile
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from occ_media_cli.media.source import Changed, source_of
from occ_media_cli.safety.metadata.look import find_metadata
from occ_media_cli.safety.strip import Stripped, StripRefused, stream_copy, strip
from occ_media_cli.safety.strip.pieces import join_pieces
from tests.unit.media import build
from tests.unit.media.mutate import mutated
from tests.unit.safety import telling_files

KINDS = sorted(telling_files.FILES)
SECRETS = (telling_files.SECRET, telling_files.WIDE, b"52.5200", b"Users")


def stripped(data: bytes, kind: str) -> tuple[Stripped, bytes]:
    source = source_of(data, kind)
    copy = strip(source, kind)
    return copy, join_pieces(copy.pieces, source)


def everything_in(data: bytes) -> list[bytes]:
    """The bytes of a file, and those of its parts where it is an archive."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return [data]
    archive = zipfile.ZipFile(io.BytesIO(data))
    return [data, *(archive.read(name) for name in archive.namelist())]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_that_tells_is_left(kind: str) -> None:
    original = telling_files.FILES[kind]()
    assert any(secret in part for part in everything_in(original) for secret in SECRETS)
    copy, data = stripped(original, kind)
    assert copy.removed
    assert not [secret for part in everything_in(data) for secret in SECRETS if secret in part]
    assert find_metadata(source_of(data, kind), kind) == ((), (), ())
    assert copy.size == len(data)


@pytest.mark.parametrize("kind", KINDS)
def test_a_copy_of_a_copy_is_the_same(kind: str) -> None:
    _, once = stripped(telling_files.FILES[kind](), kind)
    again, twice = stripped(once, kind)
    assert (twice, again.removed) == (once, ())


@pytest.mark.parametrize("kind", sorted(telling_files.PLAIN))
def test_a_file_that_tells_nothing_stays_as_it_is(kind: str) -> None:
    data = telling_files.PLAIN[kind]()
    copy, same = stripped(data, kind)
    assert (same, copy.removed) == (data, ())


@pytest.mark.parametrize("kind", ["jpg", "png", "webp", "docx", "pdf"])
def test_what_was_removed_is_named(kind: str) -> None:
    copy, _ = stripped(telling_files.FILES[kind](), kind)
    assert {"author", "location"} <= set(copy.removed)


def test_no_byte_of_a_film_moves() -> None:
    original = telling_files.mp4()
    _, data = stripped(original, "mp4")
    assert len(data) == len(original)
    begin = original.find(b"mdat")
    assert data[begin : begin + 64] == original[begin : begin + 64]


@pytest.mark.parametrize("orientation", [1, 6])
def test_a_picture_is_turned_as_before(orientation: int) -> None:
    _, data = stripped(telling_files.jpg(orientation), "jpg")
    exif = b"\xff\xe1\0\x22Exif\0\0II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\x06\0\0\0\0\0\0\0"
    assert (exif in data, b"Exif" in data) == (orientation != 1, orientation != 1)


def test_a_comment_between_the_scans_of_a_picture_goes_and_one_in_a_scan_is_refused() -> None:
    plain = build.jpg()
    scan = plain.rindex(b"\xff\xda")
    again = plain[:-2] + plain[scan:]
    comment = telling_files.segment(0xFE, telling_files.SECRET)
    end = len(plain) - 2
    _, data = stripped(again[:end] + comment + again[end:], "jpg")
    assert data == again
    with pytest.raises(StripRefused, match="stands in its picture data"):
        stripped(again[: end - 1] + comment + again[end - 1 :], "jpg")


def test_colour_profile_and_transform_stay() -> None:
    _, data = stripped(telling_files.jpg(), "jpg")
    assert b"ICC_PROFILE\0\1\1profile" in data
    assert b"Adobe\0\x64\0\0\0\0\1" in data


def test_tracked_changes_are_accepted_and_hidden_text_goes() -> None:
    copy, data = stripped(telling_files.docx(), "docx")
    main = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml")
    assert b"new words" in main
    assert b"plain" in main
    assert not [word for word in (b"w:ins", b"w:del", b"vanish", b"comment", b"rsid") if word in main]
    assert {"tracked_changes", "comments", "hidden_text", "revision_ids", "unused_parts"} <= set(copy.removed)


@pytest.mark.parametrize("mode", [b"External", b"external", b"&#69;xternal"])
def test_relationships_mean_the_same_however_they_are_written(mode: bytes) -> None:
    links = telling_files.link(b"p1", b"image", b"media/ham &amp; eggs.jpeg")
    links += telling_files.link(b"h1", b"hyperlink", b"file:///C:/Users/rosa/a.docx", outside=True).replace(
        b"External", mode
    )
    parts = {"word/media/ham & eggs.jpeg": telling_files.jpg()}
    body = b'<w:document xmlns:w="w"><w:body/></w:document>'
    copy, data = stripped(telling_files.package("docx", body, parts, links), "docx")
    assert "absolute_paths" in copy.removed
    assert "word/media/ham & eggs.jpeg" in zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert not [part for part in everything_in(data) if b"rosa" in part]


def test_a_hidden_sheet_goes_where_nothing_uses_it() -> None:
    copy, data = stripped(telling_files.xlsx(), "xlsx")
    assert "hidden_sheets" in copy.removed
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert "xl/worksheets/sheet2.xml" not in archive.namelist()
    assert b"Secret" not in archive.read("xl/workbook.xml")
    with pytest.raises(StripRefused, match="sheets that are not shown"):
        stripped(telling_files.xlsx(hidden_used=True), "xlsx")


SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="r"'


def workbook(
    name: str, cell: str = "", names: str = "", behind: str = "", own: bytes = b"", links: bytes = b""
) -> bytes:
    """A workbook of the sheets A, a hidden one and C. cell, behind: in sheet A. own, links: relationships of the hidden
    sheet and of A."""
    main = f"""<workbook {SPACE}><sheets><sheet name="A" sheetId="1" r:id="s1"/>
        <sheet name="{name}" sheetId="2" state="hidden" r:id="s2"/><sheet name="C" sheetId="3" r:id="s3"/></sheets>
        <definedNames>{names}</definedNames></workbook>"""
    sheet = f"<worksheet {SPACE}><sheetData><row><c r='A1'><v>1</v>{{}}</c></row></sheetData>{{}}</worksheet>"
    parts = {f"xl/worksheets/sheet{number}.xml": sheet.format("", "").encode() for number in (2, 3)}
    parts["xl/worksheets/sheet1.xml"] = sheet.format(f"<f>{cell}</f>" if cell else "", behind).encode()
    parts["xl/tables/table1.xml"] = f'<table {SPACE} displayName="Rates" ref="A1:B3"/>'.encode()
    parts["xl/worksheets/_rels/sheet2.xml.rels"] = telling_files.rels(own)
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = telling_files.rels(links)
    numbered = (telling_files.link(b"s%d" % each, b"worksheet", b"worksheets/sheet%d.xml" % each) for each in (1, 2, 3))
    return telling_files.package("xlsx", main.encode(), parts, b"".join(numbered))


TABLE = telling_files.link(b"t1", b"table", b"../tables/table1.xml")


@pytest.mark.parametrize(
    "data",
    [
        workbook("Bob's", "'Bob''s'!A1"),
        workbook("Bob&apos;s", "&apos;Bob&#39;&#x27;s&apos;!A1"),
        workbook("R&amp;D", "'R&#38;D'!A1"),
        workbook("Gr\u00f6\u00dfe", "GR\u00d6SSE!A1"),
        workbook("Hid", "SUM(A:C!A1)"),
        workbook("Hid", "SUM('A:C'!A1)"),
        workbook("Hid", "SUM(n)", names='<definedName name="n">SUM(A:C!$A$1)</definedName>'),
        workbook("Bob's", "n", names="<definedName name='n'>'Bob''s'!$A$1</definedName>"),
        workbook("Hid", "n", names='<definedName name="n">INDIRECT("H"&amp;"id!A1")</definedName>'),
        workbook("Bob's", behind="<hyperlinks><hyperlink ref='A1' location=\"'Bob''s'!A1\"/></hyperlinks>"),
        workbook("Bob's", links=telling_files.link(b"h1", b"hyperlink", b"#'Bob''s'!A1", outside=True)),
        workbook("Bob's", links=telling_files.link(b"h1", b"hyperlink", b"#%27Bob%27%27s%27!A1", outside=True)),
        workbook("Hid", "SUM(Rates[v])", own=TABLE),
        workbook("Hid", "COUNTA(Rates)", own=TABLE),
        workbook("Hid", "SHEETS()"),
        workbook("Hid", 'HYPERLINK("#"&amp;B1&amp;"!A1")'),
        workbook("Hid", behind="<dataValidations><dataValidation><formula1>hid!A1</formula1></dataValidation></dataValidations>"),
    ],
)  # fmt: skip
def test_a_hidden_sheet_that_may_be_used_is_refused(data: bytes) -> None:
    with pytest.raises(StripRefused, match="sheets that are not shown"):
        stripped(data, "xlsx")


@pytest.mark.parametrize("cell", ["", "SUM(A1:B2)", "C!A1+'C'!A2", "Child!A1"])
def test_a_hidden_sheet_that_nothing_means_goes(cell: str) -> None:
    own = "<definedName name=\"_xlnm.Print_Area\" localSheetId='1'>Hid!$A$1</definedName>"
    copy, data = stripped(workbook("Hid", cell, names=own), "xlsx")
    assert "hidden_sheets" in copy.removed
    assert "xl/worksheets/sheet2.xml" not in zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert b"Hid" not in zipfile.ZipFile(io.BytesIO(data)).read("xl/workbook.xml")


def test_an_archive_tells_neither_time_nor_order() -> None:
    _, data = stripped(telling_files.docx(), "docx")
    rows = zipfile.ZipFile(io.BytesIO(data)).infolist()
    assert {row.date_time for row in rows} == {(1980, 1, 1, 0, 0, 0)}
    assert [row.filename for row in rows[1:]] == sorted(row.filename for row in rows[1:])
    assert rows[0].filename == "[Content_Types].xml"


def test_no_earlier_version_of_a_document_is_left() -> None:
    original = telling_files.pdf()
    assert dict(find_metadata(source_of(original), "pdf").facts)["earlier_versions"] == 1
    _, data = stripped(original, "pdf")
    assert data.count(b"%%EOF") == 1


@pytest.mark.parametrize("kind", [*sorted(set(KINDS) - {"mp3"}), "m4a"])
def test_a_file_that_is_cut_off_is_refused(kind: str) -> None:
    data = (telling_files.FILES.get(kind) or telling_files.PLAIN[kind])()
    with pytest.raises(StripRefused):
        stripped(data[: len(data) * 2 // 5], kind)


def test_signed_and_encrypted_files_are_refused() -> None:
    import pikepdf

    signed = telling_files.package("docx", b"<w:document xmlns:w='w'/>", {"_xmlsignatures/sig1.xml": b"<s/>"})
    locked = io.BytesIO()
    with pikepdf.open(io.BytesIO(telling_files.pdf())) as document:
        document.save(locked, encryption=pikepdf.Encryption(owner="o", user=""))
        document.Root.Sig = pikepdf.Dictionary(ByteRange=[0, 1, 2, 3], Contents=b"0")
        approved = io.BytesIO()
        document.save(approved)
    for data, kind, why in ((signed, "docx", "signed"), (locked.getvalue(), "pdf", "encrypted"),
                            (approved.getvalue(), "pdf", "signed"), (build.encrypted_office(), "docx", "another type|encrypted")):  # fmt: skip
        with pytest.raises(StripRefused, match=why):
            stripped(data, kind)
    with pytest.raises(StripRefused, match="no way"):
        stripped(build.wav(), "wav")


def test_a_copy_is_streamed_from_the_original_and_breaks_where_that_changed(tmp_path: Path) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(telling_files.jpg())
    copy, data = stripped(file.read_bytes(), "jpg")
    fd = os.open(file, os.O_RDONLY)
    try:
        assert b"".join(stream_copy(copy, fd)) == data
        file.write_bytes(telling_files.jpg()[:-40] + b"!" * 40)
        changed = telling_files.jpg().replace(b"\x12\x34", b"\x12\x35")
        file.write_bytes(changed)
        with pytest.raises(Changed):
            list(stream_copy(copy, fd))
    finally:
        os.close(fd)


def test_no_broken_file_is_more_than_refused() -> None:
    random, seeds = Random(7), [(kind, make()) for kind, make in telling_files.FILES.items() if kind != "pdf"]
    for _ in range(300):
        kind, seed = random.choice(seeds)
        with suppress(StripRefused):
            stripped(mutated(random, [seed]), kind)


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not installed")
def test_exiftool_finds_nothing_either(tmp_path: Path) -> None:
    for kind in KINDS:
        (tmp_path / f"copy.{kind}").write_bytes(stripped(telling_files.FILES[kind](), kind)[1])
    said = subprocess.run(
        ["exiftool", "-a", "-u", "-G1", "-ee", str(tmp_path)], capture_output=True, check=False
    ).stdout
    assert not [line for line in said.splitlines() if any(secret in line for secret in (b"Zita", b"GPS", b"Creator"))]


W = 'xmlns:{0}="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
NAME = telling_files.SECRET.decode()


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("mp3", telling_files.mp3() * 2),
        ("aac", build.aac() + telling_files.mp3()[:32] + build.aac()),
        ("ogg", telling_files.ogg() * 2),
        ("amr", build.amr() + telling_files.SECRET),
        ("mp4", build.mp4() + telling_files.SECRET),
        ("jpg", build.jpg()[:2] + telling_files.segment(0xDD, b"\0\0" + telling_files.SECRET) + build.jpg()[2:]),
        (
            "docx",
            telling_files.package("docx", f"<w:document {W.format('w')}><!-- {NAME} --></w:document>".encode(), {}),
        ),
    ],
)
def test_what_is_put_where_nobody_looks_goes_too(kind: str, data: bytes) -> None:
    _, copy = stripped(data, kind)
    assert not [part for part in everything_in(copy) if telling_files.SECRET in part]


def document(body: str, prefix: str = "w", encoding: str = "utf-8") -> bytes:
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?><w:document xmlns:w="{{0}}"><w:body>{body}</w:body></w:document>'
    )
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return telling_files.package("docx", text.format(space).replace("w:", f"{prefix}:").replace(":w=", f":{prefix}=")
                                 .encode(encoding), {})  # fmt: skip


def main_part(data: bytes) -> bytes:
    return zipfile.ZipFile(io.BytesIO(stripped(data, "docx")[1])).read("word/document.xml")


@pytest.mark.parametrize(("prefix", "encoding"), [("w", "utf-8"), ("q", "utf-8"), ("w", "utf-16")])
def test_changes_are_accepted_whatever_the_part_is_written_like(prefix: str, encoding: str) -> None:
    gone = '<w:p><w:del w:author="x"><w:r><w:delText>old</w:delText></w:r></w:del><w:r><w:t>new</w:t></w:r></w:p>'
    main = main_part(document(gone, prefix, encoding))
    assert (b"old" in main, b"new" in main) == (False, True)


def test_keys_that_are_no_standard_leave_a_pdf_and_hidden_layers_are_refused() -> None:
    import pikepdf

    document = pikepdf.new()
    document.add_blank_page()
    for place in (document.Root, document.pages[0].obj, document.Root.Pages, document.trailer):
        place["/ZitaGeheim"] = document.make_indirect(pikepdf.Dictionary(Note=telling_files.SECRET))
    written = io.BytesIO()
    document.save(written)
    assert telling_files.SECRET in written.getvalue()
    copy, data = stripped(written.getvalue(), "pdf")
    assert copy.removed == ("private_data",)
    assert (telling_files.SECRET in data, b"ZitaGeheim" in data) == (False, False)
    layer = document.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="hidden"))
    for shown in ({"OFF": [layer]}, {"BaseState": pikepdf.Name.OFF}):
        document.Root.OCProperties = pikepdf.Dictionary(OCGs=[layer], D=pikepdf.Dictionary(**shown))
        document.save(written := io.BytesIO())
        assert dict(find_metadata(source_of(written.getvalue()), "pdf").facts)["hidden_layers"] == 1
        with pytest.raises(StripRefused, match="hidden_layers"):
            stripped(written.getvalue(), "pdf")


def test_the_name_of_a_profile_goes_and_the_profile_stays() -> None:
    import zlib

    profile = zlib.compress(b"profile")
    plain = build.png()
    data = plain[:33] + build.png_chunk(b"iCCP", telling_files.SECRET + b"\0\0" + profile) + plain[33:]
    copy, made = stripped(data, "png")
    assert copy.removed == ("profile_name",)
    assert build.png_chunk(b"iCCP", b"icc\0\0" + profile) in made
    assert stripped(made, "png")[1] == made


def test_titles_of_chapters_and_names_of_reels_leave_a_film() -> None:
    def track(number: int, handler: bytes, entry: bytes, place: int, more: bytes = b"") -> bytes:
        stbl = build.box(b"stbl", build.box(b"stsd", b"\0" * 4, b"\0\0\0\1", entry),
                         build.box(b"stsz", b"\0" * 4, struct.pack(">II", len(telling_files.SECRET), 1)),
                         build.box(b"stco", b"\0" * 4, struct.pack(">II", 1, place)))  # fmt: skip
        hdlr = build.box(b"hdlr", b"\0" * 8, handler, b"\0" * 13)
        head = build.box(b"tkhd", b"\0" * 12 + struct.pack(">I", number) + b"\0" * 68)
        inside = build.box(b"mdia", build.box(b"mdhd", b"\0" * 24), hdlr, build.box(b"minf", stbl))
        return build.box(b"trak", head, more, inside)

    film = build.mp4()
    at = film.index(b"moov") - 4
    length = int.from_bytes(film[at : at + 4], "big")
    name = build.box(b"name", telling_files.SECRET)
    reel = track(
        8, b"tmcd", build.box(b"tmcd", b"\0" * 26, name), 0, build.box(b"tref", build.box(b"chap", b"\0\0\0\7"))
    )
    titles = track(7, b"text", build.box(b"text", b"\0" * 40), len(film) + 8)
    begin = len(film) + len(reel) + len(titles) + 8
    titles = track(7, b"text", build.box(b"text", b"\0" * 40), begin)
    moov = struct.pack(">I", length + len(reel) + len(titles)) + film[at + 4 : at + length] + reel + titles
    data = film[:at] + moov + film[at + length :] + build.box(b"mdat", telling_files.SECRET)
    assert data.count(telling_files.SECRET) == 2
    from occ_media_cli.safety.metadata.cuts import cut_of

    blocks = list(cut_of("mp4")(source_of(data, "mp4")))
    made = b"".join(data[each.start : each.end] if each.instead is None else each.instead for each in blocks)
    assert telling_files.SECRET not in made
    assert len(made) == len(data)
    assert {"chapters", "other_data"} <= {fact for each in blocks for fact in each.facts}


SEPARATORS = "<w:footnotePr><w:footnote w:id='0'/></w:footnotePr>"


def worded(body: str, styles: str = "", notes: str = "", more: bytes = b"") -> bytes:
    """A document with styles and footnotes. more: further relationships."""
    space = f'{W.format("w")} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    parts = {"word/styles.xml": f"<w:styles {space}>{styles}</w:styles>".encode(), "word/media/i.jpeg": build.jpg(),
             "word/settings.xml": f"<w:settings {space}>{SEPARATORS}</w:settings>".encode(),
             "word/footnotes.xml": f"<w:footnotes {space}>{notes}</w:footnotes>".encode()}  # fmt: skip
    links = telling_files.link(b"f1", b"footnotes", b"footnotes.xml") + telling_files.link(
        b"y1", b"styles", b"styles.xml"
    )
    links += telling_files.link(b"e1", b"settings", b"settings.xml")
    return telling_files.package(
        "docx", f"<w:document {space}><w:body>{body}</w:body></w:document>".encode(), parts, links + more
    )


def run(text: str, form: str = "") -> str:
    return f"<w:r><w:rPr>{form}</w:rPr><w:t>{text}</w:t></w:r>"


STYLES = """<w:style w:type='character' w:styleId='A'><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:type='character' w:styleId='B'><w:basedOn w:val='A'/></w:style>
<w:style w:type='character' w:styleId='C'><w:basedOn w:val='B'/><w:rPr><w:vanish w:val='0'/></w:rPr></w:style>
<w:style w:type='paragraph' w:styleId='P'><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:type='paragraph' w:styleId='Q'><w:basedOn w:val='P'/></w:style>
<w:style w:type='table' w:styleId='T'><w:rPr><w:vanish/></w:rPr></w:style>"""
BOX = (
    "<w:r><w:drawing><w:txbxContent><w:p><w:pPr><w:pStyle w:val='P'/></w:pPr>{}</w:p></w:txbxContent></w:drawing></w:r>"
)


@pytest.mark.parametrize(
    "body",
    [
        run("GONE", "<w:rStyle w:val='B'/>"),
        run("GONE", '<w:rStyle w:val="A"/>'),
        f"<w:pPr><w:pStyle w:val='Q'/></w:pPr>{run('GONE')}" + run("stays", "<w:vanish w:val='0'/>"),
        BOX.format(run("GONE")) + run("stays"),
        run("GONE", "<w:vanish w:val='1'/>") + run("stays", "<w:rStyle w:val='C'/>"),
        f"<w:hyperlink>{run('stays')}{run('GONE', '<w:vanish/>')}</w:hyperlink>",
    ],
)
def test_text_that_a_style_hides_goes_and_no_other(body: str) -> None:
    copy, data = stripped(worded(f"<w:p>{body}</w:p>{run('plain')}", STYLES), "docx")
    main = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml")
    assert (b"GONE" in main, main.count(b"stays"), b"plain" in main) == (False, body.count("stays"), True)
    assert "hidden_text" in copy.removed


@pytest.mark.parametrize(
    ("body", "styles"),
    [
        (run("x"), "<w:docDefaults><w:rPrDefault><w:rPr><w:vanish/></w:rPr></w:rPrDefault></w:docDefaults>"),
        (run("x"), STYLES.replace("w:styleId='P'", "w:styleId='P' w:default='1'")),
        (f"<w:tbl><w:tblPr><w:tblStyle w:val='T'/></w:tblPr><w:tr><w:tc><w:p>{run('x')}</w:p></w:tc></w:tr></w:tbl>", STYLES),
        (f"<w:tbl><w:tr><w:trPr><w:hidden/></w:trPr><w:tc><w:p>{run('x')}</w:p></w:tc></w:tr></w:tbl>", ""),
        ("<w:p><w:r><w:drawing><wp:docPr id='1' name='n' hidden='1' xmlns:wp='p'/></w:drawing></w:r></w:p>", ""),
        ("<w:p><w:pPr><w:pStyle w:val='P'/></w:pPr>" + run("x", "<w:rStyle w:val='A'/>") + "</w:p>", STYLES),
    ],
)  # fmt: skip
def test_what_is_hidden_otherwise_is_told_and_refused(body: str, styles: str) -> None:
    with pytest.raises(StripRefused, match=r"left in the copy: hidden_(?:text|shapes)"):
        stripped(worded(body, styles), "docx")


NOTE = "<w:footnote w:id='2'><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:footnote>"


@pytest.mark.parametrize(
    "reference",
    [
        "<w:del w:id='1'><w:r><w:footnoteReference w:id='2'/></w:r></w:del>",
        "<w:r><w:rPr><w:vanish/></w:rPr><w:footnoteReference w:id='2'/></w:r>",
        "",
    ],
)
def test_notes_without_a_reference_go(reference: str) -> None:
    notes = "<w:footnote w:type='separator' w:id='0'><w:p/></w:footnote>" + NOTE.format(NAME)
    kept = NOTE.format("stays").replace("'2'", "'3'")
    body = f"<w:p>{reference}<w:r><w:footnoteReference w:id='3'/></w:r></w:p>"
    copy, data = stripped(worded(body, notes=notes + kept), "docx")
    left = zipfile.ZipFile(io.BytesIO(data)).read("word/footnotes.xml")
    assert SEPARATORS.encode() in zipfile.ZipFile(io.BytesIO(data)).read("word/settings.xml")
    assert (NAME.encode() in left, b"separator" in left, b"stays" in left) == (False, True, True)
    assert "hidden_text" in copy.removed


def test_pictures_and_links_that_were_deleted_leave_the_package() -> None:
    more = telling_files.link(b"p1", b"image", b"media/i.jpeg")
    more += telling_files.link(b"h1", b"hyperlink", b"https://example.com/gone", outside=True)
    more += telling_files.link(b"h2", b"hyperlink", b"https://example.com/stays", outside=True)
    picture = "<w:r><w:drawing><a:blip xmlns:a='a' r:embed='p1'/></w:drawing></w:r>"
    body = f"<w:del w:id='1'>{picture}<w:hyperlink r:id='h1'>{run('x')}</w:hyperlink></w:del><w:hyperlink r:id='h2'/>"
    _, data = stripped(worded(f"<w:p>{body}</w:p>", more=more), "docx")
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    links = zipfile.ZipFile(io.BytesIO(data)).read("word/_rels/document.xml.rels")
    assert ("word/media/i.jpeg" in names, b"gone" in links, b"stays" in links) == (False, False, True)
    _, data = stripped(worded(f"<w:p>{body}{picture}</w:p>", more=more), "docx")
    assert "word/media/i.jpeg" in zipfile.ZipFile(io.BytesIO(data)).namelist()


def test_who_may_edit_goes_and_fields_are_told_and_stay() -> None:
    data = worded(
        f"<w:p><w:permStart w:id='1' w:ed='{NAME}'/><w:fldSimple w:instr=' AUTHOR '>{run('A')}</w:fldSimple></w:p>"
    )
    assert {"people", "fields"} <= set(dict(find_metadata(source_of(data), "docx").facts))
    copy, made = stripped(data, "docx")
    assert ("people" in copy.removed, "fields" in copy.removed) == (True, False)
    assert not [part for part in everything_in(made) if telling_files.SECRET in part]


def test_hidden_rows_and_columns_are_told_and_stay() -> None:
    row = "<worksheet {}><cols><col min='1' hidden='1'/></cols><sheetData><row r='1' hidden=\"true\"/><row hidden='0'/></sheetData></worksheet>"
    links = telling_files.link(b"s1", b"worksheet", b"worksheets/sheet1.xml")
    main = f'<workbook {SPACE}><sheets><sheet name="A" sheetId="1" r:id="s1"/></sheets></workbook>'
    data = telling_files.package("xlsx", main.encode(), {"xl/worksheets/sheet1.xml": row.format(SPACE).encode()}, links)
    told = {("hidden_rows", 1), ("hidden_columns", 1)}
    assert told <= set(find_metadata(source_of(data), "xlsx").facts)
    copy, made = stripped(data, "xlsx")
    assert set(find_metadata(source_of(made), "xlsx").facts) == told
    assert not {"hidden_rows", "hidden_columns"} & set(copy.removed)


def test_the_folder_of_another_workbook_goes_and_other_paths_in_names_are_refused() -> None:
    path = "='C:\\Users\\Zita Geheim\\[b.xlsx]S'!$A$1"
    copy, data = stripped(workbook("C2", names=f'<definedName name="n">{path}</definedName>'), "xlsx")
    assert b"'[b.xlsx]S'!$A$1" in zipfile.ZipFile(io.BytesIO(data)).read("xl/workbook.xml")
    assert "absolute_paths" in copy.removed
    with pytest.raises(StripRefused, match="absolute_paths"):
        stripped(workbook("C2", names='<definedName name="n">"C:\\Users\\x.txt"</definedName>'), "xlsx")


def test_a_show_of_hidden_slides_alone_is_refused() -> None:
    slide = b'<p:sld xmlns:p="p" show="0"/>'
    show = telling_files.package("pptx", b'<p:presentation xmlns:p="p" xmlns:r="r"><p:sldIdLst><p:sldId id="256" r:id="s1"/>'
                                 b"</p:sldIdLst></p:presentation>", {"ppt/slides/slide1.xml": slide},
                                 telling_files.link(b"s1", b"slide", b"slides/slide1.xml"))  # fmt: skip
    with pytest.raises(StripRefused, match="hidden_slides"):
        stripped(show, "pptx")


DELETED_MARK = '<w:pPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr>'


@pytest.mark.parametrize(
    ("body", "left"),
    [
        (f"<w:p>{DELETED_MARK}<w:r>A</w:r></w:p><w:p><w:pPr><w:jc/></w:pPr><w:r>B</w:r></w:p>",
         "<w:p><w:pPr><w:jc/></w:pPr><w:r>A</w:r><w:r>B</w:r></w:p>"),
        (f"<w:p>{DELETED_MARK}<w:del><w:r>A</w:r></w:del></w:p><w:p><w:r>B</w:r></w:p>", "<w:p><w:r>B</w:r></w:p>"),
        (f"<w:p>{DELETED_MARK}<w:r>A</w:r></w:p><w:p/>", "<w:p><w:r>A</w:r></w:p>"),
        (f"<w:p>{DELETED_MARK}<w:r>A</w:r></w:p><w:tbl/>",
         "<w:p><w:pPr><w:rPr></w:rPr></w:pPr><w:r>A</w:r></w:p><w:tbl/>"),
        ("<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc/></w:tr><w:tr><w:tc/></w:tr></w:tbl>",
         "<w:tbl><w:tr><w:tc/></w:tr></w:tbl>"),
    ],
)  # fmt: skip
def test_paragraphs_and_rows_that_were_deleted(body: str, left: str) -> None:
    assert left.encode() in main_part(document(body))


def test_ten_thousand_joined_paragraphs_take_no_time_to_speak_of() -> None:
    import time

    body = f"<w:p>{DELETED_MARK}<w:r><w:t>a</w:t></w:r></w:p>" * 10_000
    begun = time.process_time()
    assert main_part(document(body)).count(b"<w:t>a</w:t>") == 10_000
    assert time.process_time() - begun < 5
