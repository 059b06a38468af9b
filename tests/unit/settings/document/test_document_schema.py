"""Everything a document may get wrong: the words, the line, and what to do."""

from __future__ import annotations

import pytest

from occ_media_cli.decide.known_profiles import known_profiles
from occ_media_cli.errors import MalformedInput, StoreInvalid
from occ_media_cli.settings.document import load
from occ_media_cli.settings.model import size_bytes

WRONG = [
    ('[inboxes.vip]\nreceive = "off"', 2, 'inbox \'vip\': receive must be true or false, not "off"', "write receive = false"),
    ("[inboxes.vip]\nsend = 1", 2, "send must be true or false, not 1", "write send = true"),
    ("[inboxes.vip]\nsend = []", 2, "must be true or false, not an array", "write send = true"),
    ("[inboxes.vip]\nsend.x = 1", 2, "must be true or false, not a table", "write send = true"),
    ("[inboxes.vip]\nrecieve = true", 2, "unknown key 'recieve', did you mean 'receive'?", "write receive"),
    ("[inboxes.vip]\nzzz = true", 2, "unknown key 'zzz'", "the keys here are channels, description"),
    ("[inboxs.vip]\n", 1, "unknown key 'inboxs', did you mean 'inboxes'?", "write inboxes"),
    ("inboxes = 1", 1, "inboxes must be a table, not 1", "write [inboxes]"),
    ("[inboxes.default]", 1, "'default' is no inbox name", "give it another name"),
    ("[inboxes.vip]\nmessage = 5", 2, "message must be text, not 5", 'write message = "…"'),
    ('[inboxes.vip]\nmessage = ""', 2, "the message is empty", "change the text"),
    ('[inboxes.vip]\nmessage = "a\\u0000b"', 2, "message must be text", 'write message = "…"'),
    ('[inboxes.vip]\nmessages = "x"', 2, "messages must be a table", "write [messages]"),
    ('[inboxes.vip]\nmessages.x = "x"', 2, "'x' is not a language tag", 'write messages.ar = "…"'),
    ('[inboxes.vip]\n[inboxes.vip.messages]\nar = "{x}"', 3, "placeholder '{x}'", "change the text"),
    ('[inboxes.vip]\ntags = "gold"', 2, 'tags must be an array of texts, not "gold"', 'write tags = ["…"]'),
    ('[inboxes.vip]\ntags = ["a", "a"]', 2, "tags names one twice", "take one of them out"),
    ('[inboxes.vip]\nscan = "requird"', 2, 'scan must be off, record or required, not "requird"', 'write scan = "required"'),
    ("[inboxes.vip]\nscan = 1", 2, "scan must be off, record or required, not 1", 'write scan = "record" or scan = "required"'),
    ('[inboxes.vip]\nquota = "20GB"', 2, "quota '20GB' is not a size", 'write quota = "20 GB" (units: B kB MB GB TB)'),
    ("[inboxes.vip]\n[inboxes.vip.box]\nsend = false", 2, "a box has no until", "write until = 2026-03-02T14:00:00Z"),
    ("[inboxes.vip]\n[inboxes.vip.box]\nuntil = 2026-01-01T00:00:00", 3, "is not a time with an offset", "write until"),
    ("[inboxes.vip]\n[inboxes.vip.box]\nuntil = 9999-12-31T23:59:59-05:00", 3, "until '9999-12-31T23:59:59-05:00' is in UTC outside the years 1 to 9999", "write until"),
    ("[[suppression]]\nrule = 'over-limit'\nreason = 'x'\nexpires = 0001-01-01T00:00:00+05:00", 4, "expires '0001-01-01T00:00:00+05:00' is in UTC outside the years 1 to 9999", "write expires"),
    ("[inboxes.vip]\n[[inboxes.vip.box]]\nuntil = 2026-01-01\n[[inboxes.vip.box]]\nuntill = 2026-01-02", 5, "unknown key 'untill', did you mean 'until'?", "write until"),
    ("[inboxes.vip]\n[[inboxes.vip.box]]\nuntil = 2026-01-02\n[[inboxes.vip.box]]\nuntil = 2026-01-01", 5, "a box ends before the one above it, which ends at 2026-01-02T00:00:00.000Z", "order them by until"),
    ("[inboxes.vip]\n[inboxes.vip.box]\nuntil = 2026-01-01\nbox = 1", 4, "unknown key 'box'", "the keys here are"),
    ('[inboxes.a]\nchannels = ["web-widget:x"]\n[inboxes.b]\nchannels = ["web-widget:x"]', 4, "web-widget:x already belongs to inbox 'a'", "an account belongs to one inbox"),
    ('[inboxes.a]\nchannels = ["web-wdget:x"]', 2, "there is no channel profile 'web-wdget', did you mean 'web-widget'?", "add [channels.web-wdget]"),
    ('[inboxes."\u00e9"]\n[inboxes."e\u0301"]', 2, "is there twice in different encodings", "take one out"),
    ("[retention]\nrules = []", 2, "unknown key 'rules', did you mean 'rule'?", "write rule"),
    ("[retention]\nrule = 1", 2, "retention.rule must be an array of tables", "write [[retention.rule]]"),
    ("[[retention.rule]]\ninbox = 'x'\nkeep_for = '1d'", 2, "no inbox 'x'", "add [inboxes.x], or take the line out"),
    ("[[retention.rule]]\ncategory = 'image'", 1, "a rule has neither remove_after nor keep_for", 'write remove_after = "365d"'),
    ("[[retention.rule]]\nremove_after = '0d'", 2, "'0d' is not a duration", "write a positive whole number"),
    ("[[retention.rule]]\nremove_after = 90", 2, "remove_after must be text, not 90", "write remove_after"),
    ("[[retention.rule]]\nremove_after = '1d'\n[[retention.rule]]\nkeep_for = '1d'", 3, "two rules have the same inbox, category and direction", "make them one rule"),
    ("[agents.kim]", 1, "agent 'kim': has no role", 'write role = "agent"'),
    ("[agents.kim]\nrole = 'boss'", 2, "role must be owner, admin, supervisor or agent", 'write role = "owner"'),
    ("[inboxes.vip]\n[agents.kim]\nrole = 'agent'\ninboxes = ['vpi']", 4, "no inbox 'vpi', did you mean 'vip'?", 'write "vip"'),
    ("[rules.x]\nseverity = 'eror'", 2, "severity must be note, warning or error", 'write severity = "error"'),
    ("[rules.x]\nat = -5", 2, "at must be a whole number from 0 to 9,223,372,036,854,775,807", "mend it"),
    ("[rules.x]\nat = 9223372036854775808", 2, "at must be a whole number from 0 to 9,223", "mend it"),
    ("[rules.x]\nat = 2026-01-01", 2, "at must be a whole number or text", "take the line out, or mend it"),
    ("[rules]\nx = 1", 2, "rule 'x': x must be a table", "write [x]"),
    ("[[suppression]]\nreason = 'x'", 1, "suppression: has no rule", 'write rule = "over-limit"'),
    ("suppression = 1", 1, "suppression must be an array of tables", "write [[suppression]]"),
    ("[channels.a]\nbase = 'web-widget'\nlimits.image = 1979-05-27T07:32:00Z", 3, "must be text, a whole number, true or false", "write it as text"),
    ("[channels.a]\nbase = 'web-widget'\nx = 1.5", 3, "must be text, a whole number, true or false, not 1.5", "write it as text"),
    ("[channels.a]\nbase = 'web-widgt'", 2, "there is no profile 'web-widgt'", "name a profile of the program"),
    ("[store]\nsecond_person = 'yes'", 2, "second_person must be true or false", "write second_person = true"),
    ("x = " + "9" * 5_000, 1, "a number has too many digits", "write a smaller number"),
    ("a = 1\nb = [\n", 3, "not TOML: ", "mend that line"),
    ("a = 1\na = 2", 2, "not TOML: cannot overwrite a value", "mend that line"),
    ("a = " + "[" * 5_000, 1, "nested too deeply", "write it flatter"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "what", "hint"), WRONG, ids=range(len(WRONG)))
def test_a_wrong_document(text: str, line: int, what: str, hint: str) -> None:
    with pytest.raises(StoreInvalid) as caught:
        load.parse(text.encode(), "x.toml", store=True, profiles=known_profiles)
    problem = caught.value
    assert what in problem.what
    assert (problem.file, problem.line, problem.code) == ("x.toml", line, 10)
    assert problem.hint is not None
    assert hint in problem.hint
    with pytest.raises(MalformedInput):
        load.parse(text.encode(), "x.toml", store=False, profiles=known_profiles)


def test_the_pointer_stands_under_the_value() -> None:
    with pytest.raises(StoreInvalid) as caught:
        load.parse(b'[inboxes.vip]\n\treceive =  "off"', "x.toml", store=True)
    assert caught.value.excerpt == ('    2 |  receive =  "off"', "      |             ^^^^^")
    assert load.excerpt("a", 5, ()) == ()


def test_accounts_may_follow_each_other() -> None:
    text = (
        '[inboxes.a]\n[inboxes.a.box]\nuntil = 2030-01-01\nchannels = ["web-widget:x"]\n'
        '[inboxes.b]\nchannels = ["web-widget:x"]\n[inboxes.b.box]\nuntil = 2030-01-01\nchannels = []\n'
    )
    assert list(load.parse(text.encode(), "x.toml", store=True).inboxes) == ["a", "b"]


def test_sizes_are_decimal_and_whole() -> None:
    assert size_bytes("20 GB") == 20_000_000_000
    assert size_bytes(None) is None
    for text in ("20", "0 GB", "-1 GB", "1.5 GB", "20 GiB", "٣ GB", ""):
        with pytest.raises(ValueError, match="is not a size"):
            size_bytes(text)


def test_all_mistakes_of_a_document_are_told_and_no_other() -> None:
    text = """
[inboxes.vip]
recieve = true
quota = "20"
[inboxes." x"]
[[retention.rule]]
remove_after = "3"
[[retention.rule]]
inbox = "vpi"
remove_after = "3d"
[[retention.rule]]
inbox = "vip"
keep_for = "1d"
[agents.n]
role = "agnt"
inboxes = [" x"]
"""
    with pytest.raises(StoreInvalid) as caught:
        load.parse(text.encode(), "x.toml", store=True, profiles=known_profiles)
    first = caught.value
    assert [(each.line, each.what.partition(": ")[2]) for each in (first, *first.more)] == [
        (3, "unknown key 'recieve', did you mean 'receive'?"), (4, "quota '20' is not a size"), (5, ""),
        (7, "remove_after '3' has no unit"), (9, "no inbox 'vpi', did you mean 'vip'?"),
        (15, 'role must be owner, admin, supervisor or agent, not "agnt"'),
    ]  # fmt: skip
    assert all(each.hint and each.file == "x.toml" for each in first.more)


@pytest.mark.parametrize(("tag", "meant"), [("ger", "de"), ("deu-AT", "de-AT"), ("ENG", "en"), ("fas", "fa")])
def test_a_language_has_its_shortest_code(tag: str, meant: str) -> None:
    with pytest.raises(StoreInvalid, match=f"'{tag}' is not a language tag") as caught:
        load.parse(f"[inboxes.vip]\nmessages.{tag} = 'x'\n".encode(), "x.toml", store=True)
    assert caught.value.hint == f'write messages.{meant} = "…"'
    load.parse(f"[inboxes.vip]\nmessages.{meant} = 'x'\nmessages.gsw = 'y'\n".encode(), "x.toml", store=True)
