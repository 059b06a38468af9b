"""Words come out of Office packages whole, with their places, and a part that cannot be read costs itself."""

from __future__ import annotations

import tracemalloc

import pytest

from occ_media_cli.media.text import budget as budgets
from tests.unit.media.text.office_files import A, W, X, document, package, place_of, unread, words, workbook


def test_a_word_that_is_cut_into_runs_is_one_word() -> None:
    source = document(
        "<w:p><w:r><w:t>4111 11</w:t></w:r><w:proofErr/>\n  <w:r><w:rPr><w:b/></w:rPr><w:t>11 1111 1111</w:t></w:r></w:p>"
        "<w:p><w:r><w:t>next</w:t></w:r></w:p>"
    )
    assert words(source, "docx") == "4111 1111 1111 1111\nnext\n"


@pytest.mark.parametrize("prefix", ["w:", "x:", ""])
def test_prefixes_do_not_matter(prefix: str) -> None:
    declared = f"xmlns{':' + prefix[:-1] if prefix else ''}"
    body = (
        f'<{prefix}document {declared}="urn:a"><{prefix}p><{prefix}t>hello</{prefix}t></{prefix}p></{prefix}document>'
    )
    assert "hello" in words(package({"word/document.xml": body}), "docx")


def test_two_saves_of_one_document_give_one_text() -> None:
    parts = {
        "word/document.xml": f"<w:document {W}><w:p><w:t>one</w:t></w:p></w:document>",
        "word/footer1.xml": f"<w:ftr {W}><w:p><w:t>two</w:t></w:p></w:ftr>",
        "docProps/core.xml": "<core><creator>three</creator></core>",
    }
    there = words(package(parts), "docx")
    assert there == words(package(dict(reversed(parts.items())), compress=False), "docx")
    assert there.index("one") < there.index("two") < there.index("three")


def test_deleted_text_comments_and_alternatives_are_read() -> None:
    source = document(
        '<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><wp:docPr descr="a picture of it" xmlns:wp="urn:b"/></w:p>',
        **{"word/comments.xml": f"<w:comments {W}><w:comment><w:p><w:t>remark</w:t></w:p></w:comment></w:comments>"},
    )
    assert {"gone", "a picture of it", "remark"} <= set(words(source, "docx").split("\n"))
    assert place_of(source, "docx", "remark") == "word/comments.xml"


def test_slides_come_by_number_and_say_it() -> None:
    slide = f"<p:sld xmlns:p='urn:p' {A}><a:p><a:r><a:t>%s</a:t></a:r></a:p></p:sld>"
    source = package({f"ppt/slides/slide{number}.xml": slide % f"text{number}" for number in (10, 2, 1)})
    found = words(source, "pptx")
    assert found.index("text1\n") < found.index("text2") < found.index("text10")
    assert place_of(source, "pptx", "text10") == "slide 10"


def test_cells_know_their_sheet_their_place_and_their_heading() -> None:
    source = workbook(
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>Card</t></is></c></row>'
        '<row r="900"><c r="A900"><v>5</v></c><c r="B900"><v>4.1111111111111111E+15</v></c></row>',
        "<si><r><t>Na</t></r><r><t>me</t></r><rPh><t>reading</t></rPh></si>",
        name="Customers",
    )
    assert words(source, "xlsx") == "\nCustomers\nName\tCard\t\n5\t4111111111111111\t\n"
    assert place_of(source, "xlsx", "4111111111111111") == "Customers!B900"


def test_strings_that_no_cell_names_are_read_last() -> None:
    source = workbook('<row><c t="s"><v>1</v></c></row>', "<si><t>deleted</t></si><si><t>there</t></si>")
    assert words(source, "xlsx") == "\nSheet1\nthere\t\ndeleted"
    assert place_of(source, "xlsx", "deleted") == "xl/sharedStrings.xml"


def test_a_part_of_very_many_tags_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budgets, "_FREE_TAGS", 1_000)
    source = document("<w:p/>" * 100_000)
    assert source.size * 4 < 100_000
    assert [each.reason for each in unread(source, "docx")] == ["it has more tags than are read (word/document.xml)"]


def test_cells_without_references_are_counted() -> None:
    source = workbook('<row><c><v>1</v></c><c t="str"><v>x</v></c></row><row><c t="str"><v>y</v></c></row>')
    assert place_of(source, "xlsx", "x") == "Sheet1!B1"
    assert place_of(source, "xlsx", "y") == "Sheet1!A2"


def test_a_workbook_that_spans_everything_costs_its_two_cells() -> None:
    source = workbook('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>')
    tracemalloc.start()
    try:
        assert words(source, "xlsx") == "\nSheet1\n1\t\n2\t\n"
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()


def test_numbers_of_thousands_of_digits_are_text() -> None:
    digits = "9" * 6_000
    source = workbook(
        f'<row r="{digits}"><c t="s"><v>{digits}</v></c><c><v>{digits}</v></c><c><v>1e{digits}</v></c></row>'
    )
    assert digits in words(source, "xlsx")


def test_a_document_inside_of_a_document_is_read_with_both_places() -> None:
    inner = workbook('<row><c t="str"><v>inside</v></c></row>')
    source = document("<w:p/>", **{"word/embeddings/table.xlsx": inner.data[:]})
    assert place_of(source, "docx", "inside") == "word/embeddings/table.xlsx: Sheet1!A1"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("<w:document", "it is no XML"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "it declares a DTD, which no office program writes"),
        ("<a>" * 300 + "</a>" * 300, "it is nested too deeply"),
    ],
)
def test_a_part_that_cannot_be_read_is_told_and_costs_itself(content: str, reason: str) -> None:
    source = package(
        {"word/document.xml": content, "word/footer1.xml": f"<w:ftr {W}><w:p><w:t>kept</w:t></w:p></w:ftr>"}
    )
    assert [tuple(each) for each in unread(source, "docx")] == [("word/document.xml", reason)]
    assert "kept" in words(source, "docx")


def test_a_part_that_unpacks_to_far_more_than_its_file_is_not_unpacked() -> None:
    source = package({"word/document.xml": f"<w:document {W}><w:t>" + " " * 90_000_000 + "</w:t></w:document>"})
    assert source.size < 200_000
    assert [each.part for each in unread(source, "docx")] == ["word/document.xml"]


def test_a_budget_is_one_for_all_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budgets, "_FREE", 1_000)
    monkeypatch.setattr(budgets, "_RATIO", 0)
    part = f"<w:ftr {W}><w:p><w:t>{'x' * 400}</w:t></w:p></w:ftr>"
    source = package({f"word/footer{number}.xml": part for number in range(1, 5)})
    assert [each.part for each in unread(source, "docx")] == [
        "word/footer2.xml",
        "word/footer3.xml",
        "word/footer4.xml",
    ]


def test_what_is_no_package_is_unread() -> None:
    from occ_media_cli.media.source import source_of

    assert unread(source_of(b"PK\3\4 and no more"), "docx")
    assert unread(source_of(X.encode()), "zip")[0].reason == "the text of a ZIP archive is not read"
