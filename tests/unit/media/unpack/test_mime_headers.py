"""Headers of mails as people's programs write them: names, types and dispositions, right and wrong."""

from __future__ import annotations

import time

import pytest

from occ_media_cli.media.unpack.encoded_words import decode_words
from occ_media_cli.media.unpack.mime_headers import Headers


def headers(*lines: str | bytes) -> Headers:
    found = Headers()
    for line in lines:
        assert found.add_line((line if isinstance(line, bytes) else line.encode()) + b"\r\n"), line
    return found


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (["Content-Disposition: attachment; filename=plain.pdf"], "plain.pdf"),
        (["Content-Disposition: attachment; filename=two words.pdf; size=3"], "two words.pdf"),
        (['Content-Disposition: attachment; filename="a;b.pdf"'], "a;b.pdf"),
        (['Content-Disposition: attachment; filename="the "good" one.pdf"'], 'the "good" one.pdf'),
        (['Content-Disposition: attachment; filename="a \\"b\\".pdf"'], 'a "b".pdf'),
        (['Content-Disposition: attachment; filename="open.pdf'], "open.pdf"),
        (['Content-Disposition: filename="no word.pdf"'], "no word.pdf"),
        (['Content-Disposition: attachment; filename="C:\\Users\\me\\x.pdf"'], "x.pdf"),
        (['Content-Disposition: attachment; filename="../../x.pdf"'], "x.pdf"),
        (['Content-Disposition: attachment; filename="a\0\x07b.pdf"'], "ab.pdf"),
        (['Content-Disposition: attachment; filename=".."', 'Content-Type: a/b; name="n.pdf"'], "n.pdf"),
        (["Content-Type: application/pdf; name=t.pdf"], "t.pdf"),
        (["Content-Type: application/pdf", ' name="folded.pdf"'], "folded.pdf"),
        (["Content-Type: application/pdf;", 'name="at the start.pdf"'], "at the start.pdf"),
        (["Content-Disposition: attachment", "Content-Type: a/b; name=x.pdf"], "x.pdf"),
        (["Content-Disposition: attachment; filename*=UTF-8''na%C3%AFve.pdf; filename=other.pdf"], "naïve.pdf"),
        (["Content-Disposition: attachment; filename=other.pdf; filename*=iso-8859-1'en'%A3.pdf"], "£.pdf"),
        (["Content-Disposition: attachment; filename*=no-quotes%20here.pdf"], "no-quotes here.pdf"),
        (["Content-Disposition: attachment; filename*=x-none''%C3%A9.pdf"], "é.pdf"),
        (["Content-Disposition: attachment; filename*0*=UTF-8''%E2%82; filename*1*=%AC; filename*2=%2e.pdf"], "€%2e.pdf"),
        (["Content-Disposition: attachment; filename*1=b.pdf; filename*0=a; filename*3=lost"], "ab.pdf"),
        (["Content-Disposition: attachment; filename*0==?utf-8?Q?=C3=; filename*1=A9.pdf?="], "é.pdf"),
        (["Content-Disposition: attachment; filename==?utf-8?B?w6kucGRm?="], "é.pdf"),
        (['Content-Disposition: attachment; filename="=?utf-8?B?w6ku?=', ' =?utf-8?B?cGRm?="'], "é.pdf"),
        (['Content-Disposition: attachment; filename="=?utf-8?B?4oI=?= =?utf-8?B?rC5wZGY=?="'], "€.pdf"),
        (['Content-Disposition: attachment; filename="=?ks_c_5601-1987?B?u+fB+C5KUEc=?="'], "사진.JPG"),
        ([b'Content-Disposition: attachment; filename="\xc3\xa9.pdf"'], "é.pdf"),
        ([b'Content-Disposition: attachment; filename="\xe9.pdf"'], "é.pdf"),
        (["Content-Disposition: attachment; filename="], None),
        (["Content-Type: application/pdf"], None),
    ],
)  # fmt: skip
def test_a_name_is_found_however_it_is_written(lines: list[str | bytes], name: str | None) -> None:
    assert headers(*lines).file_name == name


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no words", "no words"),
        ("=?utf-8?Q?a_b?= and =?utf-8?q?c=3Dd?=", "a b and c=d"),
        ("=?utf-8?Q?=F0=9F?= =?utf-8?Q?=98=80?=", "😀"),
        ("=?utf-8?B?w6k?=", "é"),
        ("=?utf-8*en?Q?lang?=", "lang"),
        ("=?iso-2022-jp?B?GyRCIXlCaBsoQg==?=", "☆第"),
        ("=?no-such-set?Q?=C3=A9?=", "é"),
        ("=?unicode_escape?Q?=5CuD800?=.pdf", None),
        ("=?utf-8?Q?never ended", "=?utf-8?Q?never ended"),
        ("=?utf-8?X?what?=", "=?utf-8?X?what?="),
    ],
)
def test_encoded_words(text: str, words: str | None) -> None:
    found = decode_words(text)
    assert words is None or found == words
    assert "\0" not in found


@pytest.mark.parametrize(
    ("line", "kind", "boundary"),
    [
        ("Content-Type: Multipart/Mixed; Boundary=abc", "multipart/mixed", "abc"),
        ('Content-Type: multipart/mixed boundary="no semicolon"', "multipart/mixed", "no semicolon"),
        ("Content-Type: text/plain (words); charset=utf-8", "text/plain", None),
        ("Content-Type: pdf", None, None),
        ("Content-Type:", None, None),
    ],
)
def test_a_type_and_its_parameters(line: str, kind: str | None, boundary: str | None) -> None:
    found = headers(line).media_type
    assert (found.word if found else None) == kind
    assert (found.parameter("boundary") if found else None) == boundary


def test_of_two_types_the_first_that_is_one_counts() -> None:
    found = headers("Content-Type: nonsense", "Content-Type: image/png", "Content-Type: text/plain").media_type
    assert found is not None
    assert found.word == "image/png"


@pytest.mark.parametrize(
    ("lines", "disposition"),
    [
        (["Content-Disposition: INLINE; filename=x"], "inline"),
        (["Content-Disposition: form-data; name=x"], "attachment"),
        (["Content-Disposition: inline", "Content-Disposition: attachment"], "attachment"),
        (["Content-Disposition:"], None),
        ([], None),
    ],
)
def test_the_disposition(lines: list[str], disposition: str | None) -> None:
    assert headers(*lines).disposition == disposition


@pytest.mark.parametrize(
    "trap", ["a;" * 400_000, '"\\";' * 200_000, "=?a?Q?" * 100_000, "a=b;" * 200_000, "\\" * 800_000]
)
def test_no_header_takes_long(trap: str) -> None:
    found = headers("Content-Disposition: attachment; filename=" + trap)
    begin = time.process_time()
    _ = found.file_name, decode_words(trap)
    assert time.process_time() - begin < 1.5
