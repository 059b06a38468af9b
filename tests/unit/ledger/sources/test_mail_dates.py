"""Dates of mails: what names one moment is taken, and nothing else."""

from __future__ import annotations

import pytest

from occ_media_cli import times
from occ_media_cli.ledger.sources.mail_dates import moment_of_date, moment_of_mail
from occ_media_cli.media.unpack.mime_headers import Headers


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Mon, 02 Mar 2026 10:00:00 +0200", "2026-03-02T08:00:00Z"),
        ("2 Mar 2026 10:00 -0330", "2026-03-02T13:30:00Z"),
        ("Mon,2 Mar 26 10:00:00 +02:00", "2026-03-02T08:00:00Z"),
        ("Mon, 2 March 2026 10:00:00 GMT", "2026-03-02T10:00:00Z"),
        ("Mon, 2 Mar 2026 10:00:00 -0000", "2026-03-02T10:00:00Z"),
        ("Mon, 2 Mar 2026 10:00:00 +0200 (EET (summer))", "2026-03-02T08:00:00Z"),
        ("Mon, 2 Mar 2026 10:00:00 PST", "2026-03-02T18:00:00Z"),
        ("Mon, 2 Mar 2026 10:00:00 GMT+0200", "2026-03-02T08:00:00Z"),
        ("Thu, 1 Jan 1970 00:00:00 +0000", "1970-01-01T00:00:00Z"),
        ("Fri, 31 Dec 1999 23:59:60 +0000", "1999-12-31T23:59:59Z"),
        ("1 Jan 99 00:00:00 Z", "1999-01-01T00:00:00Z"),
        ("2026-03-02T10:00:00+02:00", "2026-03-02T08:00:00Z"),
        ("Mon, 2 Mar 2026 10:00:00", None),
        ("Mon, 2 Mar 2026 10:00:00 CET", None),
        ("Mon, 30 Feb 2026 10:00:00 +0000", None),
        ("Mon, 2 Mar 2026 25:00:00 +0000", None),
        ("2026-03-02", None),
        ("yesterday", None),
        ("", None),
        ("(" * 5_000, None),
    ],
)
def test_a_date(text: str, moment: str | None) -> None:
    assert moment_of_date(text) == (times.parse(moment) if moment else None)


@pytest.mark.parametrize(
    ("lines", "moment"),
    [
        (["Date: 2 Mar 2026 10:00:00 +0000", "Received: x; 3 Mar 2026 10:00:00 +0000"], "2026-03-02T10:00:00Z"),
        (["Date: soon", "Received: by a; by b; 4 Mar 2026 10:00:00 +0000", "Received: x; 3 Mar 2026 10:00:00 +0000"],
         "2026-03-04T10:00:00Z"),
        (["Received: no time", "Received: x; 3 Mar 2026 10:00:00 +0000"], "2026-03-03T10:00:00Z"),
        (["Received: 3 Mar 2026 10:00:00 +0000"], None),
        (["Subject: 2 Mar 2026 10:00:00 +0000"], None),
    ],
)  # fmt: skip
def test_the_moment_of_a_mail(lines: list[str], moment: str | None) -> None:
    headers = Headers()
    for line in lines:
        headers.add_line(line.encode())
    assert moment_of_mail(headers) == (times.parse(moment) if moment else None)
