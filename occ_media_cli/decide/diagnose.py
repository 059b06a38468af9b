"""Why a file cannot be sent, received or seen: a list of checks, each with what to do next. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from occ_media_cli.decide.check import inbox_problems
from occ_media_cli.decide.policy import InboxPolicy, Policy
from occ_media_cli.media.channels.channel_judge import as_it_is, channel_problems
from occ_media_cli.media.channels.profile import Profile
from occ_media_cli.media.judge import file_problems, table_problems
from occ_media_cli.media.problems import Problem, without_vain_copies
from occ_media_cli.media.recognition import Recognition
from occ_media_cli.media.types import BY_TYPE
from occ_media_cli.report import words
from occ_media_cli.settings.messages import fill
from occ_media_cli.vocabulary import Severity

if TYPE_CHECKING:
    from occ_media_cli.library.standing import LibraryStanding

QUESTIONS = ("cannot-send", "cannot-receive", "not-displayed")

OK, PROBLEM, UNKNOWN = "ok", "problem", "not seen"

_NO_BROWSER = {
    "amr": "no browser plays AMR audio",
    "3gp": "most browsers play no 3GP",
    "doc": "browsers do not show Office files, they save them",
    "xls": "browsers do not show Office files, they save them",
    "ppt": "browsers do not show Office files, they save them",
}
_NO_BROWSER |= {f"{kind}x": _NO_BROWSER[kind] for kind in ("doc", "xls", "ppt")}
_NO_CODEC = {
    "hevc": "HEVC",
    "h263": "H.263",
    "mpeg4": "MPEG-4 Visual",
    "alac": "ALAC",
    "prores": "ProRes",
    "amr-nb": "AMR",
}


class Line(NamedTuple):
    """One check. state: `ok`, `problem` or `not seen`, which is what cannot be known from here."""

    check: str
    state: str
    message: str
    help: str = ""


class DiagnosisCase(NamedTuple):
    """What is known of one case.

    known: what the file is, by its bytes or by its entry, or None where neither is given. entry: the outcome of the
    ledger's entry and its reason. standing: what the file is to the library, where that decides. failures: uploads that
    failed lately in this inbox and direction, None: no ledger.
    """

    policy: Policy
    known: Recognition | None
    name: str
    path: str
    standing: LibraryStanding | None = None
    outcome: str | None = None
    reason: str | None = None
    deleted: str | None = None
    failures: int | None = None
    rate: int = 1_000_000
    slow_after: int = 60


def diagnose(question: str, case: DiagnosisCase) -> list[Line]:
    """The checks of a question, in the order in which to mend what they find."""
    return {"cannot-send": _cannot_send, "cannot-receive": _cannot_receive, "not-displayed": _not_displayed}[question](
        case
    )


def _cannot_send(case: DiagnosisCase) -> list[Line]:
    inbox = _inbox(case)
    return [
        _switched(inbox, "send"),
        _permitted(inbox, "send"),
        *_file(case, "send"),
        *_approved(case, inbox),
        *_channels(case, "send"),
        _uploaded(case, "upload"),
        Line("browser", UNKNOWN, "look there if all else is ok", _BROWSER),
    ]


def _cannot_receive(case: DiagnosisCase) -> list[Line]:
    inbox = _inbox(case)
    return [
        _switched(inbox, "receive"),
        _message(inbox),
        *_file(case, "receive"),
        *_channels(case, "receive"),
        _uploaded(case, "delivery"),
        Line("customer", UNKNOWN, "look there if all else is ok", _CUSTOMER),
    ]


def _not_displayed(case: DiagnosisCase) -> list[Line]:
    inbox = _inbox(case)
    return [
        _arrived(case),
        _switched(inbox, "receive"),
        _permitted(inbox, "view"),
        *_file(case, "receive"),
        _shown(case),
        _download(case),
        Line("browser", UNKNOWN, "look there if all else is ok", _BROWSER),
    ]


_BROWSER = "reload without the cache, try a private window, another browser and another network"
_CUSTOMER = "let the customer send a small JPEG; if that arrives, it is the file"


def _inbox(case: DiagnosisCase) -> InboxPolicy:
    if case.policy.inbox is None:
        raise ValueError("a diagnosis is one of an inbox")
    return case.policy.inbox


def _switched(inbox: InboxPolicy, direction: str) -> Line:
    switch = inbox.switch(direction)
    by = f" by {switch.actor}" if switch.actor else ""
    since = f" since {switch.since}{by}" if switch.since else ""
    version = f" (version {switch.version})" if switch.version is not None else ""
    state = "on" if switch.on else "off"
    fix = "" if switch.on else words.shell_named(("occ-media", "set"), (inbox.name,), (f"--{direction}", "on"))
    check, verdict = (direction, OK) if switch.on else ("media-off", PROBLEM)
    return Line(check, verdict, f"{direction} is {state}{since}{version}", fix)


def _message(inbox: InboxPolicy) -> Line:
    if inbox.receive.on:
        return Line("message", OK, "receiving is on: customers read no message")
    text = fill(inbox.message or "", inbox=inbox.name, channel=None).replace("\n", "\\n")
    return Line("message", OK, f"customers read: {text}")


def _permitted(inbox: InboxPolicy, action: str) -> Line:
    if inbox.agent is None:
        return Line("permission", UNKNOWN, f"who may {action}: no agent was named", "add --agent NAME")
    may = inbox.agent_may_send if action == "send" else inbox.agent_may_view
    verb = "may" if may else "may not"
    allow = words.shell_named(("occ-media", "agent", "allow"), (inbox.agent, action), ("--inbox", inbox.name))
    fix = "" if may else allow
    check, state = ("permission", OK) if may else ("sender-without-permission", PROBLEM)
    return Line(check, state, f"{inbox.agent} {verb} {action} in {inbox.name}", fix)


def _file(case: DiagnosisCase, direction: str) -> list[Line]:
    known = case.known
    if known is None:
        return [Line("type", UNKNOWN, "type and size: no file was given", "add --file FILE or --entry ID")]
    own = file_problems(known, case.name, case.path)
    whole = [each for each in without_vain_copies(own, own) if each.severity is Severity.ERROR]
    table = without_vain_copies(table_problems(known, case.name, direction, case.path), own)
    lines = [_of(each) for each in whole]
    typed = next((each for each in table if each.code == "unsupported-type"), None)
    if typed is not None:
        lines.append(_of(typed))
    elif not whole and known.type in BY_TYPE:
        lines.append(Line("type", OK, f"{known.type} is supported"))
    sized = next((each for each in table if each.code in ("over-limit", "size-near-limit")), None)
    if sized is not None:
        lines.append(_of(sized))
    elif known.type in BY_TYPE and known.size > 1:
        lines.append(Line("size", OK, f"{words.size(known.size)} of {BY_TYPE[known.type].limit_mb} MB"))
    return lines


def _approved(case: DiagnosisCase, inbox: InboxPolicy) -> list[Line]:
    if not inbox.approved_only:
        return []
    if case.known is None:
        return [
            Line("not-approved", UNKNOWN, "only approved files may be sent, and no file was given", "add --file FILE")
        ]
    found = [each for each in inbox_problems(inbox, "send", case.standing, case.path) if each.code == "not-approved"]
    return [_of(found[0]) if found else Line("not-approved", OK, "the file is in the approved library")]


def _channels(case: DiagnosisCase, direction: str) -> list[Line]:
    profiles = case.policy.profiles
    if not profiles:
        return [Line("channel", OK, "the inbox is linked to no channel that could refuse it")]
    if case.known is None:
        names = ", ".join(profile.name for profile in profiles)
        return [Line("channel", UNKNOWN, f"what {names} would say: no file was given", "add --file FILE or --entry ID")]
    return [line for profile in profiles for line in _channel(case, case.known, profile, direction)]


def _channel(case: DiagnosisCase, known: Recognition, profile: Profile, direction: str) -> list[Line]:
    said = channel_problems(known, case.name, profile, direction, case.path)
    found = without_vain_copies(said, file_problems(known, case.name, case.path))
    errors = [each for each in found if each.severity is Severity.ERROR]
    if errors:
        return [_of(each) for each in errors]
    rule = as_it_is(known, case.name, profile, direction)
    if rule is None:
        return [Line(profile.name, OK, f"nothing is known against {known.type} here")]
    limit = f" up to {rule.limit.stated}" if rule.limit else ""
    return [Line(profile.name, OK, f"takes {known.type}{limit}")]


def _uploaded(case: DiagnosisCase, what: str) -> Line:
    if case.outcome == "delivered":
        return Line(what, OK, "the ledger says that it was delivered")
    if case.outcome is not None:
        reason = f": {case.reason}" if case.reason else ""
        return Line(
            what, PROBLEM, f"the ledger says that it was {case.outcome}{reason}", "send it again, or read the reason"
        )
    if case.failures:
        message = f"{words.plural(case.failures, 'file')} failed here in the last 24h"
        return Line(what, UNKNOWN, message, "occ-media ledger list --outcome failed")
    return Line(what, UNKNOWN, "the ledger has nothing about this file", "look into the log of the platform")


def _arrived(case: DiagnosisCase) -> Line:
    if case.deleted is not None:
        return Line("upload", PROBLEM, f"its bytes were deleted at {case.deleted}", "they cannot be shown any more")
    return _uploaded(case, "upload")


def _shown(case: DiagnosisCase) -> Line:
    known = case.known
    if known is None:
        return Line("display", UNKNOWN, "whether a browser can show it: no file was given", "add --file FILE")
    codecs = known.facts.get("codecs")
    odd = (
        next((_NO_CODEC[str(each)] for each in codecs if str(each) in _NO_CODEC), None)
        if isinstance(codecs, list)
        else None
    )
    if odd is not None:
        return Line("display", PROBLEM, f"most browsers do not play {odd}", "save the file and open it with a player")
    if known.type in _NO_BROWSER:
        return Line("display", PROBLEM, _NO_BROWSER[known.type], "save the file and open it with its program")
    if known.type not in BY_TYPE:
        return Line(
            "display", PROBLEM, f"the product does not show {known.description}", "save it, or ask for another type"
        )
    return Line("display", OK, f"browsers show {known.type}")


def _download(case: DiagnosisCase) -> Line:
    if case.known is None or case.known.size <= 1:
        return Line("slow-download", UNKNOWN, "how long it takes to fetch: no size is known", "add --file FILE")
    seconds = -(-case.known.size * 8 // case.rate)
    message = f"{words.size(case.known.size)} take {seconds:,} s at {case.rate / 1_000_000:g} Mbit/s"
    if seconds > case.slow_after:
        return Line(
            "slow-download", PROBLEM, f"{message}, over {case.slow_after:,} s", "wait, or ask for a smaller file"
        )
    return Line("slow-download", OK, message)


def _of(problem: Problem) -> Line:
    state = PROBLEM if problem.severity is Severity.ERROR else OK
    return Line(problem.code, state, problem.message, problem.help if state == PROBLEM else "")
