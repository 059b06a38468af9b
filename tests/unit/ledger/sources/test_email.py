"""Files in mails: from a file, a box, a folder and a Maildir, with who sent them, to whom and when."""

from __future__ import annotations

import base64
import binascii
import gzip
import hashlib
import os
import re
from email.message import EmailMessage
from pathlib import Path
from random import Random
from typing import Any

import pytest

from occ_media_cli.ledger.ingest import Summary, ingest
from occ_media_cli.ledger.sources import Options
from occ_media_cli.ledger.verify.recompute import verify_ledger
from tests.unit.ledger.conftest import Ledger
from tests.unit.media import build

DATE = "Mon, 02 Mar 2026 10:00:00 +0200"
PDF = build.VALID["pdf"]
FROM = b"From a@example.com Mon Jan  1 00:00:00 2024\n"


def letter(*names: str, number: int = 1, content: bytes = PDF, **headers: str) -> bytes:
    """A mail with files of these names. headers: by their names, with `_` for `-`; an empty one is left out."""
    mail = EmailMessage()
    stated = {"From": "Rosa <Rosa@Example.net>", "To": "support@example.com", "Date": DATE,
              "Message-ID": f"<{number}@example.net>", **{key.replace("_", "-"): text for key, text in headers.items()}}  # fmt: skip
    for name, value in stated.items():
        if value:
            mail[name] = value
    mail.set_content("words")
    for name in names:
        mail.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return bytes(mail)


def take(ledger: Ledger, source: bytes | Path, accounts: dict[str, str] | None = None, **options: Any) -> Summary:
    if isinstance(source, bytes):
        path = ledger.folder / "a.eml"
        path.write_bytes(source)
        source = path
    chosen = Options(**{"inbox": "vip", **options})
    return ingest(ledger.connection, "email", str(source), options=chosen, accounts=accounts or {})


def entries(ledger: Ledger, columns: str) -> list[tuple[Any, ...]]:
    return ledger.all(f"SELECT {columns} FROM entry ORDER BY seq")


def test_a_file_is_an_entry_with_what_its_bytes_are(ledger: Ledger) -> None:
    assert take(ledger, letter("terms.pdf")).counts.new == 1
    assert entries(ledger, "id, time, inbox, channel, direction, agent, customer, name, declared, detected, size, sha256") == [
        ("1@example.net", "2026-03-02T08:00:00.000Z", "vip", "email", "receive", None, "rosa@example.net", "terms.pdf",
         "application/pdf", "application/pdf", len(PDF), hashlib.sha256(PDF).hexdigest()),
    ]  # fmt: skip


def test_several_files_are_numbered_and_the_same_mail_is_a_duplicate(ledger: Ledger) -> None:
    mail = letter("a.pdf", "a.pdf", "../b.pdf")
    assert take(ledger, mail).counts.new == 3
    assert entries(ledger, "id, name") == [
        ("1@example.net#1", "a.pdf"), ("1@example.net#2", "a.pdf"), ("1@example.net#3", "b.pdf"),
    ]  # fmt: skip
    again = take(ledger, mail).counts
    assert (again.new, again.duplicate, again.read) == (0, 3, 3)


def test_a_mail_without_files_is_skipped(ledger: Ledger) -> None:
    counts = take(ledger, letter()).counts
    assert (counts.read, counts.skipped, counts.new, counts.refused) == (1, 1, 0, 0)


def test_bytes_say_what_a_file_is_whatever_its_name(ledger: Ledger) -> None:
    take(ledger, letter("photo.jpg", content=b"MZ" + bytes(200)))
    assert entries(ledger, "declared, detected") != [("application/pdf", "application/pdf")]


def test_a_long_file_goes_through_a_temporary_file(ledger: Ledger) -> None:
    content = Random(1).randbytes(900_000)
    take(ledger, letter("long.bin", content=content))
    assert entries(ledger, "size, sha256") == [(900_000, hashlib.sha256(content).hexdigest())]


@pytest.mark.parametrize(
    ("headers", "options", "way", "agent", "customer"),
    [
        ({}, {}, "receive", None, "rosa@example.net"),
        ({}, {"agents": ("example.net",)}, "send", "rosa@example.net", "support@example.com"),
        ({"From": "Info <info@example.com>", "To": "b@example.com, Ann <Ann@x.org>"}, {"agents": ("@example.com",)},
         "send", None, "ann@x.org"),
        ({"From": "ann@example.com", "To": "", "Cc": "team: b@example.com, c@x.org;"}, {"agents": ("example.com",)},
         "send", "ann@example.com", "c@x.org"),
        ({"From": "ann@example.com", "To": "undisclosed-recipients:;"}, {"agents": ("ann@EXAMPLE.com",)},
         "send", "ann@example.com", None),
        ({"From": "ann@example.com"}, {"agents": ("example.com",), "customers": ("ann@example.com",)},
         "receive", None, "ann@example.com"),
        ({"From": "ann@sub.example.com"}, {"agents": ("example.com",)}, "receive", None, "ann@sub.example.com"),
        ({}, {"direction": "send"}, "send", "rosa@example.net", "support@example.com"),
        ({"X-Gmail-Labels": "Inbox,Sent"}, {}, "send", "rosa@example.net", "support@example.com"),
        ({"From": ""}, {}, "receive", None, None),
        ({"From": "MAILER-DAEMON"}, {}, "receive", None, None),
        ({"From": "Pete (a good one) <pete(his own)@example.net (his host)>"}, {}, "receive", None, "pete@example.net"),
        ({"From": "one@example.net two@example.net"}, {}, "receive", None, "one@example.net"),
        ({"From": '"a, b@c" <D@Example.net> (e@f)'}, {}, "receive", None, "d@example.net"),
    ],
)  # fmt: skip
def test_who_sent_it_to_whom(
    ledger: Ledger, headers: dict[str, str], options: dict[str, Any], way: str, agent: str | None, customer: str | None
) -> None:
    raw = letter("a.pdf", **dict.fromkeys(headers, ""))
    raw = "".join(f"{key}: {value}\n" for key, value in headers.items() if value).encode() + raw
    take(ledger, raw, **options)
    assert entries(ledger, "direction, agent, customer") == [(way, agent, customer)]


def test_the_map_of_inboxes_names_an_inbox_by_its_address(ledger: Ledger) -> None:
    accounts = {"Support@example.com": "lab", "sales@example.com": "vip"}
    one, other = letter("a.pdf", Delivered_To="support@EXAMPLE.com"), letter("a.pdf", Delivered_To="sales@example.com")
    assert take(ledger, one, accounts, inbox=None).counts.new == 1
    assert take(ledger, other, accounts, inbox=None).counts.new == 1, "one mail in two inboxes was shared in each"
    assert entries(ledger, "inbox, id") == [
        ("lab", "support@example.com:1@example.net"), ("vip", "sales@example.com:1@example.net"),
    ]  # fmt: skip
    sent = letter("a.pdf", number=2, From="sales@example.com", To="support@example.com")
    take(ledger, sent, accounts, inbox=None, agents=("example.com",))
    assert entries(ledger, "inbox, direction, agent")[-1] == ("vip", "send", None), "an inbox is no person"


@pytest.mark.parametrize(
    ("mail", "options", "reason"),
    [
        (letter("a.pdf", "b.pdf", Date=""), {}, "no time"),
        (letter("a.pdf").replace(DATE.encode(), DATE[:-6].encode()), {}, "no time"),
        (letter("a.pdf"), {"inbox": None}, "unknown inbox"),
        (b"no mail at all\n", {}, "unreadable mail"),
        (b"", {}, "unreadable mail"),
        (letter("a.pdf").replace(b"boundary=", b"bound="), {}, "unreadable mail"),
        (b"Subject: " + b"x" * 1_100_000 + b"\n\n", {}, "unreadable mail"),
        (b"From: a@b.c\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 10_001, {}, "unreadable mail"),
    ],
)
def test_what_cannot_be_recorded_is_refused_and_counted(
    ledger: Ledger, mail: bytes, options: dict[str, Any], reason: str
) -> None:
    done = take(ledger, mail, **options)
    assert list(done.counts.groups) == [reason]
    assert done.counts.refused == (2 if b"b.pdf" in mail else 1)
    assert done.counts.new == 0
    assert str(ledger.folder) in done.examples[0].detail


def test_without_a_date_the_time_of_the_file_counts_where_it_is_asked_for(ledger: Ledger) -> None:
    path = ledger.folder / "a.eml"
    path.write_bytes(letter("a.pdf", Date=""))
    os.utime(path, (1_700_000_000, 1_700_000_000))
    assert take(ledger, path, time="mtime").counts.new == 1
    assert entries(ledger, "time") == [("2023-11-14T22:13:20.000Z",)]
    box = ledger.folder / "a.mbox"
    box.write_bytes(FROM + letter("a.pdf", number=2, Date=""))
    assert take(ledger, box, time="mtime").counts.refused == 1, "a box was changed when its last mail came"


def test_without_a_message_id_the_hash_of_the_mail_is_the_id(ledger: Ledger) -> None:
    mail = letter("a.pdf", Message_ID="")
    take(ledger, mail)
    assert entries(ledger, "id") == [(f"sha256:{hashlib.sha256(mail).hexdigest()[:32]}",)]
    box = ledger.folder / "a.mbox"
    box.write_bytes(FROM + mail + b"\n" + FROM + letter(number=3) + b"\n")
    assert take(ledger, box).counts.duplicate == 1, "a mail is the same in a box"


def test_a_box_of_mails(ledger: Ledger) -> None:
    box = ledger.folder / "Sent.mbox"
    mails = [letter("a.pdf"), letter(number=2), letter("b.pdf", number=3, X_GM_THRID="1790"), b"broken\n",
             letter("c.pdf", number=4, X_Gmail_Labels="=?utf-8?Q?Entw=C3=BCrfe?=,Wichtig")]  # fmt: skip
    box.write_bytes(b"".join(FROM + mail + b"\n" for mail in mails))
    done = take(ledger, box)
    assert (done.counts.read, done.counts.new, done.counts.skipped, done.counts.refused) == (5, 2, 2, 1)
    assert entries(ledger, "id, direction, conversation") == [
        ("1@example.net", "send", None),
        ("3@example.net", "send", "1790"),
    ]
    assert done.examples[0].line == b"".join(FROM + mail + b"\n" for mail in mails[:3]).count(b"\n") + 1
    assert done.notes == ("drafts, which nobody sent: 1",)


def test_a_packed_box_is_unpacked(ledger: Ledger) -> None:
    box = ledger.folder / "a.mbox.gz"
    box.write_bytes(gzip.compress(FROM + letter("a.pdf") + b"\n" + FROM + letter("b.pdf", number=2)))
    assert take(ledger, box).counts.new == 2
    box.write_bytes(box.read_bytes()[:-20])
    with pytest.raises(Exception, match="compressed data is broken"):
        take(ledger, box)


def test_a_folder_of_files_boxes_and_others(ledger: Ledger) -> None:
    folder = ledger.folder / "mails"
    (folder / "Sent Items").mkdir(parents=True)
    (folder / "one.EML").write_bytes(letter("a.pdf"))
    (folder / "Sent Items" / "two.eml").write_bytes(letter("b.pdf", number=2))
    (folder / "notes.txt").write_text("words")
    (folder / "link.eml").symlink_to(folder / "one.EML")
    (folder / "box.mbox").write_bytes(FROM + letter("c.pdf", number=3))
    done = take(ledger, folder)
    assert entries(ledger, "id, direction") == [
        ("2@example.net", "send"), ("3@example.net", "receive"), ("1@example.net", "receive"),
    ]  # fmt: skip
    assert done.notes == (
        "links and special files that were passed over: 1",
        "files that are neither .eml nor .mbox nor begin as a box of mails, and were passed over: 1",
    )


def test_boxes_without_an_ending_are_known_by_how_they_begin(ledger: Ledger) -> None:
    folder = ledger.folder / "Mail"
    (folder / "Inbox.sbd").mkdir(parents=True)
    (folder / "inbox").mkdir()
    (folder / "Inbox").write_bytes(FROM + letter("a.pdf") + b"\n" + FROM + letter("b.pdf", number=2))
    (folder / "Sent").write_bytes(b"From \r\n" + letter("c.pdf", number=3))
    (folder / "Drafts").write_bytes(FROM + letter("d.pdf", number=4))
    (folder / "Inbox.sbd" / "Shop.gz").write_bytes(gzip.compress(FROM + letter("e.pdf", number=5)))
    (folder / "inbox" / "17").write_bytes(letter("f.pdf", number=6))
    (folder / "Inbox.msf").write_text("// <!-- <mdb:mork:z v='1.4'/> -->")
    (folder / "letter").write_text("From now on we meet at noon.\nYours")
    (folder / "Trash").write_bytes(b"")
    done = take(ledger, folder)
    assert sorted(entries(ledger, "id, direction")) == [
        ("1@example.net", "receive"), ("2@example.net", "receive"), ("3@example.net", "send"),
        ("5@example.net", "receive"), ("6@example.net", "receive"),
    ]  # fmt: skip
    assert done.notes == (
        "indexes of mail programs that were passed over: 1",
        "files that are neither .eml nor .mbox nor begin as a box of mails, and were passed over: 2",
        "drafts, which nobody sent: 1",
    )


def test_a_maildir_with_folders_flags_and_a_mail_that_is_being_written(ledger: Ledger) -> None:
    maildir = ledger.folder / "Maildir"
    for name in ("cur", "new", "tmp", ".Sent/cur", ".Sent/new", ".Entw&APw-rfe/cur", ".Entw&APw-rfe/new"):
        (maildir / name).mkdir(parents=True)
    (maildir / "dovecot-uidlist").write_text("3 V1")
    for number, place in enumerate(("cur/1.host:2,S", "new/2.host", "tmp/3.host", "cur/4.host:2,DS", ".Sent/cur/5.host:2,",
                                    ".Entw&APw-rfe/cur/6.host:2,", "cur/7.host:2,T"), start=1):  # fmt: skip
        (maildir / place).write_bytes(letter("a.pdf", number=number))
    done = take(ledger, maildir)
    assert sorted(entries(ledger, "id, direction")) == [
        ("1@example.net", "receive"), ("2@example.net", "receive"), ("5@example.net", "send"), ("7@example.net", "receive"),
    ]  # fmt: skip
    assert "drafts, which nobody sent: 2" in done.notes
    assert done.counts.skipped == 2


@pytest.mark.parametrize(
    "folder", ["Отправленные", "Надіслані", "Odeslané", "Wysłane", "Gönderilmiş Öğeler", "العناصر المرسلة", "נשלח",
               "已发送", "送信済み", "보낸편지함"],
)  # fmt: skip
def test_what_lies_in_a_folder_of_sent_mails_was_sent_in_any_language(ledger: Ledger, folder: str) -> None:
    _in_maildir(ledger, folder)
    assert entries(ledger, "direction") == [("send",)]


@pytest.mark.parametrize("folder", ["Черновики", "草稿", "下書き", "Kopie robocze", "Taslaklar", "المسودات", "Outbox"])
def test_what_lies_in_a_folder_of_drafts_was_not_sent_in_any_language(ledger: Ledger, folder: str) -> None:
    done = _in_maildir(ledger, folder)
    assert (done.counts.new, done.notes) == (0, ("drafts, which nobody sent: 1",))


def _in_maildir(ledger: Ledger, folder: str) -> Summary:
    """Take in a mail of a folder of a Maildir, whose name is in the UTF-7 of IMAP."""

    def shifted(run: re.Match[str]) -> str:
        return f"&{base64.b64encode(run[0].encode('utf-16-be'), b'+,').decode().rstrip('=')}-"

    name = re.sub(r"[^\x00-\x7f]+", shifted, folder)
    for each in ("cur", "new"):
        (ledger.folder / "Maildir" / f".{name}" / each).mkdir(parents=True)
    (ledger.folder / "Maildir" / f".{name}" / "cur" / "1.host:2,S").write_bytes(letter("a.pdf"))
    return take(ledger, ledger.folder / "Maildir")


@pytest.mark.parametrize(("folder", "new"), [("Drafts", 0), ("Entwürfe", 0), ("outbox", 1), ("mails", 1)])
def test_files_of_mails_in_a_folder_of_drafts_are_drafts(ledger: Ledger, folder: str, new: int) -> None:
    """A person who keeps mails in an `outbox` may mean those that were sent."""
    (ledger.folder / "box" / folder).mkdir(parents=True)
    (ledger.folder / "box" / folder / "a.eml").write_bytes(letter("a.pdf"))
    assert take(ledger, ledger.folder / "box").counts.new == new


@pytest.mark.parametrize(
    ("headers", "new"),
    [({"X-Unsent": "1"}, 0), ({"X-Mozilla-Draft-Info": "internal/draft; vcard=0"}, 0), ({"X-Unsent": "0"}, 1),
     ({"X-Unsent": "1", "Received": f"from a by b; {DATE}"}, 1)],
)  # fmt: skip
def test_a_draft_is_known_by_its_header_and_a_mail_that_came_is_none(
    ledger: Ledger, headers: dict[str, str], new: int
) -> None:
    assert take(ledger, letter("a.pdf", **headers)).counts.new == new


def test_an_encoding_that_nobody_undoes_leaves_size_and_hash_open(ledger: Ledger) -> None:
    mail = letter("a.pdf").replace(b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: x-gzip64")
    done = take(ledger, mail)
    assert entries(ledger, "name, size, nullif(sha256, '')") == [("a.pdf", None, None)]
    assert done.notes == ("files in an encoding that is not undone, taken without size and hash: 1",)


def test_a_uuencoded_file_in_the_text_is_a_file(ledger: Ledger) -> None:
    lines = binascii.b2a_uu(b"hello" * 9)
    text = (
        f"From: a@b.c\nDate: {DATE}\nMessage-ID: <1@b.c>\n\nwords\nbegin 644 ../a.txt\n".encode() + lines + b"`\nend\n"
    )
    assert take(ledger, text).counts.new == 1
    assert entries(ledger, "name, declared, size, detected") == [("a.txt", None, 45, "text/plain")]


def test_a_mail_of_two_types_is_the_one_that_has_parts(ledger: Ledger) -> None:
    mail = b"Content-Type: text/plain\n" + letter("a.pdf")
    assert take(ledger, mail).counts.new == 1


def test_the_fork_of_a_file_is_none_wherever_it_stands(ledger: Ledger) -> None:
    fork = base64.encodebytes(b"\0\5\x16\7" + bytes(20)).decode()
    text = (
        f"From: a@b.c\nDate: {DATE}\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
        f"Content-Type: application/applefile; name=a.pdf\nContent-Transfer-Encoding: base64\n\n{fork}--b\n"
        "Content-Type: application/pdf; name=a.pdf\n\nx\n--b--\n"
    )
    assert take(ledger, text.encode()).counts.new == 1


def test_a_mail_with_anything_in_it_costs_itself_only(ledger: Ledger) -> None:
    random = Random(7)
    marks = [
        b"\0",
        b"\n\n",
        b"\r",
        b"=?utf-8?B?",
        b'"',
        b";",
        b"--",
        b"\xff",
        b"<",
        b"message/rfc822",
        b"=?unicode_escape?Q?=5CuD800?=",
    ]
    seed = letter("a.pdf", "b.pdf", content=b"words " * 20)
    mails = []
    for number in range(150):
        mail = bytearray(seed.replace(b"<1@", b"<%d@" % number))
        for _ in range(random.randrange(1, 6)):
            at = random.randrange(len(mail))
            mail[at : at + random.choice((0, 1, 40))] = random.choice(marks)
        mails.append(bytes(mail).replace(b"\nFrom ", b"\n>From "))
    box = ledger.folder / "any.mbox"
    box.write_bytes(b"".join(FROM + mail + b"\n" for mail in mails))
    done = take(ledger, box).counts
    assert done.new + done.duplicate + done.refused + done.skipped >= len(mails)
    assert done.new
    assert done.refused
    assert verify_ledger(ledger.connection).intact
