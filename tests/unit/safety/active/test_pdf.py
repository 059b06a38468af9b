"""PDF: what is done on opening, what a click does, and what a repairing reader would have dropped."""

from __future__ import annotations

import sys
import zlib

import pytest

from occ_media_cli.errors import PartMissing
from tests.unit.safety.active.made import codes, looked, pdf, said

pytest.importorskip("pikepdf", reason="the extra safety is not installed")


def opened(action: bytes) -> bytes:
    return pdf(action, catalog=b"/OpenAction 4 0 R")


def clicked(action: bytes) -> bytes:
    return pdf(b"<</Type/Annot/Subtype/Link/Rect[0 0 1 1]/A " + action + b">>")


@pytest.mark.parametrize(
    ("action", "on_opening", "on_click"),
    [
        (b"<</S/JavaScript/JS(a)>>", {("warning", "pdf-javascript")}, {("warning", "pdf-javascript")}),
        (b"<</S/Launch/F(cmd.exe)>>", {("error", "pdf-launch")}, {("error", "pdf-launch")}),
        (b"<</S/ImportData/F(a.fdf)>>", {("error", "pdf-external")}, {("error", "pdf-external")}),
        (b"<</S/GoToR/F(a.pdf)/D[0/Fit]>>", {("error", "pdf-external")}, set()),
        (b"<</S/GoToR/F(http://example.com/a)>>", {("error", "pdf-external")}, {("warning", "pdf-external")}),
        (b"<</S/GoToE/F(\\\\\\\\host\\\\a)>>", {("error", "pdf-external"), ("error", "unc-link")}, {("error", "unc-link")}),
        (b"<</S/SubmitForm/F(http://example.com)>>", {("error", "pdf-submit")}, {("warning", "pdf-submit")}),
        (b"<</S/URI/URI(\\\\\\\\host\\\\a)>>", {("error", "unc-link")}, {("warning", "unc-link")}),
        (b"<</S/URI/URI(https://example.com)>>", set(), set()),
        (b"<</S/#4cau#6ech/F(cmd.exe)>>", {("error", "pdf-launch")}, {("error", "pdf-launch")}),
    ],
)  # fmt: skip
def test_actions_on_opening_and_on_a_click(
    action: bytes, on_opening: set[tuple[str, str]], on_click: set[tuple[str, str]]
) -> None:
    assert said(opened(action)) == on_opening | {("warning", "pdf-action")}
    assert said(clicked(action)) == on_click


def test_an_action_that_follows_one_on_opening_is_done_by_itself_too() -> None:
    data = pdf(
        b"<</S/URI/URI(http://a)/Next 5 0 R>>", b"<</S/SubmitForm/F(http://example.com)>>", catalog=b"/OpenAction 4 0 R"
    )
    assert ("error", "pdf-submit") in said(data)


def test_additional_actions_are_done_by_themselves() -> None:
    data = pdf(b"<</Type/Annot/Subtype/Screen/AA<</PO<</S/GoToR/F(a.pdf)>>>>>>")
    assert said(data) == {("warning", "pdf-action"), ("error", "pdf-external")}


@pytest.mark.parametrize("name", [b"Sound", b"Thread", b"Movie", b"Launch"])
def test_names_of_structure_are_no_actions(name: bytes) -> None:
    found = {each for each in said(pdf(b"<</Type/StructElem/S/" + name + b"/P 4 0 R>>")) if each[1] != "pdf-launch"}
    assert found == set()


def test_going_to_a_page_on_opening_is_quiet() -> None:
    assert codes(pdf(catalog=b"/OpenAction[3 0 R/Fit]")) == set()
    assert codes(opened(b"<</S/GoTo/D[3 0 R/Fit]>>")) == set()


def attached(name: bytes, content: bytes) -> bytes:
    body = zlib.compress(content)
    stream = b"<</Type/EmbeddedFile/Filter/FlateDecode/Length %d>>stream\n" % len(body) + body + b"\nendstream"
    return pdf(stream, b"<</Type/Filespec/F(" + name + b")/EF<</F 4 0 R>>>>")


def test_attachments_by_name_and_content() -> None:
    assert said(attached(b"a.txt", b"hello")) == {("warning", "pdf-attachment")}
    assert said(attached(b"a.exe", b"x")) == {("error", "embedded-program")}
    assert said(attached(b"a.txt", b"MZ\x90\0" + b"\0" * 80)) == {("error", "embedded-program")}
    inner = attached(b"b.pdf", opened(b"<</S/Launch/F(a)>>"))
    found = looked(inner).found
    assert (found[0].code, found[0].where) == ("pdf-launch", "object 5 > object 4")


def test_content_of_other_files_and_forms() -> None:
    assert said(pdf(b"<</F(a.jpg)/Length 0>>stream\n\nendstream")) == {("error", "pdf-external")}
    assert said(pdf(b"<</XFA(a)>>", catalog=b"/AcroForm 4 0 R")) == {("warning", "pdf-xfa")}
    assert codes(pdf(catalog=b"/AcroForm<</Fields[3 0 R]>>")) == {"form"}
    assert said(pdf(b"<</Subtype/RichMedia>>")) == {("warning", "pdf-rich-media")}


def test_an_action_whose_dictionary_has_no_end() -> None:
    data = opened(b"<</Type/Action/S/GoToE/F<</F(http://example.com)>>/D[0/Fit]")
    found = looked(data).found
    assert [(each.severity, each.code, each.where) for each in found] == [("error", "pdf-external", "object 4")]


def test_script_in_an_object_stream_that_no_table_lists() -> None:
    body = zlib.compress(b"9 0 <</S/JavaScript/JS(a)>>")
    stream = b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n" % len(body) + body + b"\nendstream"
    assert "pdf-javascript" in codes(pdf(stream))


def test_scripts_of_the_document_run_by_themselves() -> None:
    found = looked(pdf(b"<</S/JavaScript/JS(a)>>", catalog=b"/Names<</JavaScript<</Names[(a)4 0 R]>>>>")).found
    assert [each.message for each in found] == ["JavaScript that runs by itself"]


def test_many_links_are_one_note() -> None:
    link = b"<</Type/Annot/Subtype/Link/A<</S/URI/URI(https://example.com/a)>>>>"
    found = looked(pdf(*[link] * 4000)).found
    assert [(each.code, each.message, each.where) for each in found] == [
        ("link", "a link to another place (4,000 times)", "object 4")
    ]


def test_more_objects_than_are_walked_are_judged_by_their_names() -> None:
    data = pdf(*[b"<</S/JavaScript/JS(a)>>"] * 3200, b"<</S/Launch/F(a)>>")
    assert ("error", "pdf-launch") in said(data)


def test_what_does_not_open_is_unread() -> None:
    assert looked(b"%PDF-1.4\nnothing\n").unread


def test_an_encrypted_one_is_told() -> None:
    import io

    import pikepdf

    for password in ("secret", ""):
        target = io.BytesIO()
        with pikepdf.open(io.BytesIO(pdf())) as document:
            document.save(target, encryption=pikepdf.Encryption(owner="owner", user=password))
        result = looked(target.getvalue())
        assert ("warning", "encrypted") in {(each.severity, each.code) for each in result.found}
        assert bool(result.unread) is bool(password)


def test_without_its_reader_there_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pikepdf", None)
    with pytest.raises(PartMissing) as raised:
        looked(pdf())
    assert raised.value.hint == "pip install 'occ-media[safety]'"
