"""Names that deceive, and names that only look strange."""

from __future__ import annotations

import pytest

from occ_media_cli.media.file_names import deceptive


@pytest.mark.parametrize(
    "name",
    [
        "invoice.pdf.exe",
        "photo.jpg.scr",
        "setup.exe.pdf",
        "gpj\u202eexe.pdf",
        "a\u200bb.pdf",
        "report.pdf.",
        "report.pdf ",
        "report.pdf\n",
        "a\x07.pdf",
        "a.txt::$DATA",
        "a.php%00.jpg",
        "invoice.pdf                .exe",
        "p\u0430yment.pdf",
        "a.\u0440df",
        "a.e\u0445\u0435",
        "\u13aanvoice.pdf",
        "h\u2c9fme.pdf",
        "\u043dello.pdf",
        "a.\uff50\uff44\uff46",
        "invoice\u2024pdf",
        "x" * 256 + ".pdf",
        "a\u2028b.png",
    ],
)
def test_a_deceptive_name_is_seen(name: str) -> None:
    assert deceptive(name)


@pytest.mark.parametrize(
    "name",
    [
        "brochure.pdf",
        "Screenshot 2026-01-31 copy.jpg",
        "Zusammenfassung – Größe.docx",
        "договор.pdf",
        "تقرير.pdf",
        "報告書.pdf",
        "report.final.v2.pdf",
        "letter.docx.pdf",
        "script.js.txt",
        "ΑΒΓ report.pdf",
        "naïve café.txt",
        "a" * 200 + ".pdf",
        "می\u200cخواهم.pdf",
        "\u05d5PDF.pdf",
        "love \u2764\ufe0f.jpg",
        "Diyarbak\u0131r.pdf",
        "iPhone-\u0444\u043e\u0442\u043e.jpg",
    ],
)
def test_an_honest_name_is_left_alone(name: str) -> None:
    assert deceptive(name) is None
