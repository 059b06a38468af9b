"""The check as a whole: places, severities, labels; and never a value in what it says."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Callable

import pytest

from occ_media_cli.media.source import FileSource, source_of
from occ_media_cli.media.text import plain
from occ_media_cli.own_patterns import OwnPattern
from occ_media_cli.safety.found import Looked
from occ_media_cli.safety.sensitive import tally
from occ_media_cli.safety.sensitive.codes import CODES, CONFIDENCES, SEVERITIES
from occ_media_cli.safety.sensitive.look import OwnLabel, sensitive_text
from occ_media_cli.safety.sensitive.masked import mask_values
from tests.unit.media.text.office_files import W, document, package, pdf, workbook

CARD, IBAN = "5555 5555 5555 4444", "DE89 3704 0044 0532 0130 00"
KEY = "ghp_" + "1B2c3D4e5F6g7H8i9J0kLmNoPqRsTuVwXyZa"
OWN = "EMP-740185"
PLANTED = f"Confidential\ncard {CARD}\niban {IBAN}\nkey {KEY}\nbadge {OWN}\n"
PATTERNS = [OwnPattern("badge", r"EMP-\d{6}")]
GUID = "11111111-2222-3333-4444-555555555555"


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("4012888888881881!A1", "…1881!A1"),
        ("word/scan_4012888888881881.txt", "word/scan_…1881.txt"),
        ("4012-8888-8888-1881.pdf › x", "…1881.pdf › x"),
        ("a4012888888881881b.xml", "a…1881b.xml"),
        ("٤٠١٢٨٨٨٨٨٨٨٨١٨٨١", "…1881"),
        ("DE89370400440532013000.pdf", "DE…3000.pdf"),
        ("of_DE89 3704 0044 0532 0130 00_b", "of_DE…3000_b"),
        (f"{KEY}.txt", "ghp_… of 40 characters.txt"),
        (f"keys_{KEY}_old", "keys_ghp_… of 44 characters"),
        ("word/document.xml", "word/document.xml"),
        ("a card number of Visa, …1881", "a card number of Visa, …1881"),
        ("2096f6a2-d2f7-48be-b329-b73aaa526e5d", "2096f6a2-d2f7-48be-b329-b73aaa526e5d"),
    ],
)
def test_values_in_names_are_masked(name: str, masked: str) -> None:
    assert mask_values(name) == masked


def told(looked: Looked) -> list[tuple[str, str, str]]:
    return [(each.code, each.severity, each.where) for each in looked.found]


def in_docx() -> FileSource:
    return document("".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in PLANTED.splitlines()))


def in_xlsx() -> FileSource:
    return workbook("".join(f'<row><c t="str"><v>{line}</v></c></row>' for line in PLANTED.splitlines()))


def in_pptx() -> FileSource:
    lines = "".join(f"<a:p><a:t>{line}</a:t></a:p>" for line in PLANTED.splitlines())
    return package({"ppt/slides/slide4.xml": f'<s xmlns:a="urn:a">{lines}</s>'})


FILES = {
    "txt": (lambda: source_of(PLANTED.encode(), "txt"), ["line 1", "line 2", "line 3", "line 4", "line 5"]),
    "docx": (in_docx, ["word/document.xml"] * 5),
    "xlsx": (in_xlsx, ["Sheet1!A1", "Sheet1!A2", "Sheet1!A3", "Sheet1!A4", "Sheet1!A5"]),
    "pptx": (in_pptx, ["slide 4"] * 5),
    "pdf": (lambda: pdf(*PLANTED.splitlines()), ["page 1", "page 2", "page 3", "page 4", "page 5"]),
}


@pytest.mark.parametrize("kind", FILES)
def test_what_is_planted_is_found_in_its_place_and_no_value_leaves(kind: str) -> None:
    make, places = FILES[kind]
    looked = sensitive_text(make(), kind, patterns=PATTERNS)
    assert sorted(told(looked)) == sorted([
        ("classification", "warning", places[0]),
        ("card-number", "error", places[1]),
        ("iban", "warning", places[2]),
        ("secret-key", "error", places[3]),
        ("own-pattern", "warning", places[4]),
    ])  # fmt: skip
    assert looked.unread == ()
    said = json.dumps(looked)
    plain_said = re.sub(r"[\s.…-]", "", said)
    for value in (CARD, IBAN, KEY, OWN):
        bare = re.sub(r"[\s-]", "", value)
        assert value not in said
        for at in range(len(bare) - 5):
            assert bare[at : at + 6] not in plain_said, "six characters in a row of a value"


def test_an_error_never_holds_a_value() -> None:
    source = package({"word/document.xml": f"<w:document {W}><w:p><w:t>card {CARD}</w:t></w:p>"})
    looked = sensitive_text(source, "docx")
    assert told(looked) == [("card-number", "error", "word/document.xml")]
    assert looked.unread == (("word/document.xml", "it is no XML"),)
    from occ_media_cli.safety.sensitive.cards import find_cards

    assert "5555" not in repr(list(find_cards(CARD)))


def test_a_word_above_the_column_speaks_of_each_cell() -> None:
    rows = "".join(f'<row r="{row}"><c r="C{row}"><v>{row}</v></c></row>' for row in range(2, 400))
    source = workbook(
        f'<row r="1"><c r="C1" t="str"><v>Card number</v></c></row>{rows}<row r="4000"><c r="C4000"><v>5555555555554444</v></c></row>'
    )
    assert told(sensitive_text(source, "xlsx")) == [("card-number", "error", "Sheet1!C4000")]


def test_a_value_that_lies_over_two_passages_is_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain, "LENGTH", 512)
    for shift in range(24):  # the cut is behind 1,536 characters
        text = "x " * (750 + shift) + f"card {CARD} " + "y " * 900
        looked = sensitive_text(source_of(text.encode(), "txt"), "txt")
        assert [each.code for each in looked.found] == ["card-number"], shift
        assert looked.found[0].severity == "error"
        assert looked.found[0].where == "line 1"


def test_what_stands_before_the_cut_is_not_counted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain, "LENGTH", 512)
    text = "\n".join(f"EMP-74018{number % 10} {'x' * 40}" for number in range(200))
    seen: list[int] = []
    monkeypatch.setattr(tally.Tally, "count_match", lambda *_: seen.append(1))
    sensitive_text(source_of(text.encode(), "txt"), "txt", patterns=PATTERNS)
    assert len(seen) == 200


def test_a_value_is_told_once_with_its_best_confidence() -> None:
    text = f"5555555555554444 {'.' * 700}\ncard 5555555555554444 {'.' * 700}\n5555555555554444"
    assert told(sensitive_text(source_of(text.encode(), "txt"), "txt")) == [("card-number", "error", "line 2")]


def test_many_findings_are_counted_and_not_all_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "MOST_TOLD", 3)
    from occ_media_cli.safety.sensitive.issuers import passes_luhn

    numbers = [f"40000000{number:08}" for number in range(400) if passes_luhn(f"40000000{number:08}")]
    lines = "\n".join(f"card {number}" for number in numbers)
    looked = sensitive_text(source_of(lines.encode(), "txt"), "txt")
    assert len(looked.found) == 4
    assert looked.found[-1].message == f"{len(numbers) - 3} more card numbers"
    assert looked.found[-1].severity == "error"


def test_a_grave_finding_behind_many_mild_ones_is_told() -> None:
    from occ_media_cli.safety.sensitive.issuers import passes_luhn

    mild = [f"40000000{number:08}" for number in range(2_000) if passes_luhn(f"40000000{number:08}")]
    text = "\n".join(mild) + "\n" * 700 + f"card {CARD}"
    looked = sensitive_text(source_of(text.encode(), "txt"), "txt")
    assert [each.where for each in looked.found if each.severity == "error"] == [f"line {len(mild) + 700:,}"]


def test_a_number_that_is_printed_in_manuals_says_so() -> None:
    (found,) = sensitive_text(source_of(b"card 4111 1111 1111 1111", "txt"), "txt").found
    assert found.message == "a card number of Visa, …1111, which is published for tests (high confidence)"


def label_info(attributes: str) -> dict[str, str]:
    return {
        "docMetadata/LabelInfo.xml": f'<clbl:labelList xmlns:clbl="urn:c"><clbl:label id="{{{GUID}}}" {attributes}/></clbl:labelList>'
    }


def custom(**values: str) -> dict[str, str]:
    properties = "".join(
        f'<property name="MSIP_Label_{GUID}_{name}"><vt:lpwstr xmlns:vt="urn:v">{value}</vt:lpwstr></property>'
        for name, value in values.items()
    )
    return {"docProps/custom.xml": f"<Properties>{properties}</Properties>"}


def labels(source: FileSource, kind: str) -> object:
    return dict(sensitive_text(source, kind).facts).get("labels")


@pytest.mark.parametrize(
    ("parts", "wanted"),
    [
        (label_info('enabled="1" method="Privileged" removed="0"'), GUID),
        (label_info('enabled="1" removed="1"'), None),
        (label_info('enabled="0"'), None),
        (custom(Enabled="true", Name="Confidential"), "Confidential"),
        (custom(Enabled="false", Name="Confidential"), None),
        (custom(Enabled="true"), GUID),
    ],
)
def test_labels_of_office_documents(parts: dict[str, str], wanted: str | None) -> None:
    assert labels(document("<w:p/>", **parts), "docx") == wanted


def test_labels_of_pdfs_and_mails() -> None:
    assert (
        labels(pdf("a", info={f"MSIP_Label_{GUID}_Enabled": "true", f"MSIP_Label_{GUID}_Name": "Secret"}), "pdf")
        == "Secret"
    )
    mail = (
        f"Received: by host\nFrom: a@example.org\nTo: b@example.org\nSubject: x\nmsip_labels: MSIP_Label_{GUID}_Enabled=True;\n"
        f" MSIP_Label_{GUID}_Name=Internal\n\nHello\n"
    )
    assert labels(source_of(mail.encode(), "txt"), "txt") == "Internal"


@pytest.mark.parametrize("target", ["/a/b.xml", "a/./c/../B.XML", "a%2Fb.xml"])
def test_a_label_is_found_by_its_relationship_whatever_its_part_is_called(target: str) -> None:
    (part,) = label_info('enabled="1"').values()
    relation = f'<Relationship Id="a" Type="http://x/2020/02/relationships/classificationlabels" Target="{target}"/>'
    more = {"_rels/.rels": f"<Relationships>{relation}</Relationships>", "a/b.xml": part}
    assert labels(document("<w:p/>", **more), "docx") == GUID


def test_a_label_is_a_finding_where_the_operator_says_so() -> None:
    source = document("<w:p/>", **label_info('enabled="1"'))
    looked = sensitive_text(source, "docx", labels={GUID: OwnLabel("Board only", "error")})
    assert told(looked) == [("classification", "error", "docMetadata/LabelInfo.xml")]
    assert "Board only" in looked.found[0].message
    assert told(sensitive_text(source, "docx", labels={GUID: OwnLabel("Public", "")})) == []


def test_pictures_hold_no_words_and_archives_are_unread() -> None:
    assert sensitive_text(source_of(b"\xff\xd8\xff"), "jpg").unread == ()
    assert sensitive_text(source_of(b"PK\5\6" + b"\0" * 18), "zip").unread == (
        ("", "the text of a ZIP archive is not read"),
    )
    assert sensitive_text(source_of(b"?"), None).unread == (("", "the text of a file of unknown type is not read"),)


def test_every_code_has_a_severity_at_every_confidence() -> None:
    assert set(SEVERITIES) == set(CODES) - {"own-pattern"}
    assert all(tuple(each) == CONFIDENCES for each in SEVERITIES.values())


@pytest.mark.parametrize(
    "pattern", ["4111-", "GB29 ", "4111 1111 1111 1111\n", "secret ", "-----BEGIN PRIVATE KEY-----"]
)
def test_hostile_texts_cost_little(pattern: str) -> None:
    source = source_of((pattern * 100_000).encode()[:100_000], "txt")
    begin = time.process_time()
    sensitive_text(source, "txt")
    assert time.process_time() - begin < 5, "a fiftieth of this at ten times the size is the goal on a quiet machine"


GROUPS = "credit card 4012 8888 8888 1881"


def mail(body: str, *headers: str) -> FileSource:
    lines = ["From: a@b.c", "To: a@b.c", "Date: Mon, 30 Nov 2026 10:00:00 +0000", "MIME-Version: 1.0", *headers]
    return source_of("\n".join([*lines, "", body]).encode(), "txt")


def in_base64(content: bytes) -> str:
    return base64.encodebytes(content).decode()


def attached(name: str, content: bytes) -> FileSource:
    part = (
        f'Content-Disposition: attachment; filename="{name}"\nContent-Transfer-Encoding: base64\n\n{in_base64(content)}'
    )
    return mail(f"--b\n{part}\n--b--\n", "Content-Type: multipart/mixed; boundary=b")


@pytest.mark.parametrize(
    "make",
    [
        lambda: mail(in_base64(GROUPS.encode()), "Content-Type: text/plain", "Content-Transfer-Encoding: base64"),
        lambda: mail("credit card 4012=208888=20888=\n8=201881", "Content-Transfer-Encoding: quoted-printable"),
        lambda: mail("x", f"Subject: =?utf-8?B?{base64.b64encode(GROUPS.encode()).decode()}?="),
        lambda: attached("a.txt", GROUPS.encode()),
        lambda: attached("a.docx", document(f"<w:p><w:r><w:t>{GROUPS}</w:t></w:r></w:p>").data[:]),
        lambda: attached("a.pdf", pdf(GROUPS).data[:]),
        lambda: attached("a.eml", mail(in_base64(GROUPS.encode()), "Content-Transfer-Encoding: base64").data[:]),
        lambda: source_of(b"From a Mon\n" + attached("a.txt", GROUPS.encode()).data[:], "txt"),
    ],
)
def test_what_a_mail_holds_encoded_is_read(make: Callable[[], FileSource]) -> None:
    looked = sensitive_text(make(), "txt")
    assert [code for code, severity, _ in told(looked) if severity == "error"] == ["card-number"]
    assert not looked.unread


def test_what_a_mail_holds_and_nobody_reads_is_told() -> None:
    assert sensitive_text(attached("a.zip", b"PK\5\6" + bytes(18)), "txt").unread
    assert sensitive_text(mail("x", "Content-Transfer-Encoding: x-own"), "txt").unread


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("word/embeddings/a.txt", GROUPS.encode()),
        ("word/embeddings/a.bin", GROUPS.encode()),
        ("word/c.html", f"<html><p>{GROUPS}</p></html>".encode()),
        ("word/c.rtf", f"{{\\rtf1 {GROUPS}}}".encode()),
        ("word/c.mht", mail(in_base64(GROUPS.encode()), "Content-Transfer-Encoding: base64").data[:]),
        ("word/embeddings/a.pdf", pdf(GROUPS).data[:]),
        ("word/media/image1.png", GROUPS.encode()),
    ],
)
def test_a_file_inside_of_a_document_is_read_whatever_it_is_called(name: str, content: bytes) -> None:
    looked = sensitive_text(document("<w:p/>", **{name: content}), "docx")
    assert [(code, severity) for code, severity, _ in told(looked)] == [("card-number", "error")]
    assert looked.found[0].where.startswith(name)


def test_an_archive_inside_of_a_document_is_told_as_unread() -> None:
    inner = package({"a.txt": GROUPS}).data[:]
    assert sensitive_text(document("<w:p/>", **{"word/embeddings/a.zip": inner}), "docx").unread
    assert not sensitive_text(document("<w:p/>", **{"word/fonts/font1.odttf": bytes(range(256))}), "docx").unread


def test_a_file_attached_to_a_pdf_is_read() -> None:
    import io

    import pikepdf

    held = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        made.attachments["n.txt"] = GROUPS.encode()
        made.save(held)
    assert [code for code, _, _ in told(sensitive_text(source_of(held.getvalue()), "pdf"))] == ["card-number"]


def test_a_link_is_read_with_its_codes_undone() -> None:
    relation = '<Relationship Id="a" Type="x/hyperlink" TargetMode="External" Target="http://a/?card=4012%208888%208888%201881"/>'
    source = document("<w:p/>", **{"word/_rels/document.xml.rels": f"<Relationships>{relation}</Relationships>"})
    assert [code for code, _, _ in told(sensitive_text(source, "docx"))] == ["card-number"]


def test_the_name_of_a_sheet_is_read() -> None:
    source = workbook('<row><c t="str"><v>credit</v></c></row>', name="4012888888881881")
    assert [code for code, _, _ in told(sensitive_text(source, "xlsx"))] == ["card-number"]


def run(text: str, kind: str = "t") -> str:
    return f'<w:r><w:{kind} xml:space="preserve">{text}</w:{kind}></w:r>'


@pytest.mark.parametrize(
    "body",
    [
        f"{run('credit card 4012 8888 ')}<w:del>{run('no', 'delText')}</w:del>{run('8888 1881')}",
        f"{run('credit card 4012 ')}<w:del>{run('8888 8888 1881', 'delText')}</w:del><w:ins>{run('no')}</w:ins>",
        f"{run('credit card 4012 ')}<w:ins>{run('no')}</w:ins><w:del>{run('8888 8888 1881', 'delText')}</w:del>",
    ],
)
def test_tracked_changes_hide_no_number(body: str) -> None:
    assert ("card-number", "error") in [
        each[:2] for each in told(sensitive_text(document(f"<w:p>{body}</w:p>"), "docx"))
    ]


@pytest.mark.parametrize("sign", ["\u200b", "\u00ad", "\u2060", "\ufeff"])
def test_signs_without_width_hide_no_number_and_move_no_place(sign: str) -> None:
    text = f"{sign * 40}\ncredit card {sign.join('4012 8888 8888 1881')}\nIBAN {sign.join('DE89370400440532013000')}\n"
    looked = sensitive_text(source_of(text.encode(), "txt"), "txt")
    assert told(looked) == [("card-number", "error", "line 2"), ("iban", "warning", "line 3")]


def test_the_title_and_the_bookmarks_of_a_pdf_are_read() -> None:
    import io

    import pikepdf

    assert ("card-number", "error", "Info") in told(sensitive_text(pdf("x", info={"Title": GROUPS}), "pdf"))
    held = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        with made.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem(GROUPS, 0))
        made.save(held)
    assert ("card-number", "error", "the bookmarks") in told(sensitive_text(source_of(held.getvalue()), "pdf"))


def test_what_a_validation_says_is_read() -> None:
    source = package(
        {
            "xl/worksheets/sheet1.xml": f'<worksheet><sheetData/><dataValidations><dataValidation prompt="{GROUPS}"/></dataValidations></worksheet>'
        }
    )
    assert [code for code, _, _ in told(sensitive_text(source, "xlsx"))] == ["card-number"]
