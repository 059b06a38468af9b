"""May this file pass? Every reason against it, from the file itself to the inbox. Pure: no disk, no clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.decide.policy import InboxPolicy, Policy
from occ_media_cli.media.judge import file_problems, in_order, table_problems
from occ_media_cli.media.problems import Problem, strict, worst
from occ_media_cli.media.recognition import Recognition
from occ_media_cli.report.words import shell_named
from occ_media_cli.values import replace
from occ_media_cli.vocabulary import DIRECTIONS, Severity

if TYPE_CHECKING:
    from occ_media_cli.library.standing import LibraryStanding
    from occ_media_cli.safety.found import Found
    from occ_media_cli.safety.scan_result import ScanResult

_RAISED_WHERE_SCANS_ARE_REQUIRED = frozenset(("password-protected", "active-content"))


def problems_for(
    recognised: Recognition,
    path: str,
    policy: Policy,
    standing: LibraryStanding | None = None,
    scan: ScanResult | None = None,
    name: str | None = None,
) -> list[Problem]:
    """Everything to say about a file under a policy, worst first.

    Without a direction the better one counts, and a note says so where only one passes. standing: what it is to the
    library, for a policy that asks; without, it is not approved. scan: what a scan said of it, where one was made.
    name: by which it is judged, where that is not the last part of the path, which help names.
    """
    name = path.rpartition("/")[2] if name is None else name
    own = file_problems(recognised, name, path)
    if scan is not None:
        policy = replace(policy, scanned=True)
        seen = scan_problems(scan, policy.inbox.scan if policy.inbox is not None else None)
        own = [each for each in own if not _is_said_by(seen, each)] + seen
    if policy.direction is not None:
        found = own + _one_way(recognised, name, path, policy, policy.direction, standing)
    elif policy.inbox is None and not policy.profiles:
        found = own + table_problems(recognised, name, None, path)
    else:
        found = own + _either_way(recognised, name, path, policy, standing)
    if policy.inbox is not None and policy.inbox.scan == "required":
        found = [
            each._replace(severity=Severity.ERROR) if each.code in _RAISED_WHERE_SCANS_ARE_REQUIRED else each
            for each in found
        ]
    return in_order(strict(found) if policy.strict else found)


def _either_way(
    recognised: Recognition, name: str, path: str, policy: Policy, standing: LibraryStanding | None
) -> list[Problem]:
    ways: tuple[str, ...] = DIRECTIONS
    if policy.inbox is None:  # for a channel alone, a direction of which its profile knows nothing is no way to pass
        ways = tuple(way for way in DIRECTIONS if all(way in each.directions() for each in policy.profiles)) or ways
    by_way = {way: _one_way(recognised, name, path, policy, way, standing) for way in ways}
    if len(ways) == 1:
        return by_way[ways[0]]
    passes = [way for way in DIRECTIONS if worst(by_way[way]) is not Severity.ERROR]
    best = min(ways, key=lambda way: sum(each.severity is Severity.ERROR for each in by_way[way]))
    if len(passes) != 1:
        return by_way[best]
    other = DIRECTIONS[1 - DIRECTIONS.index(passes[0])]
    why = next(each for each in by_way[other] if each.severity is Severity.ERROR)
    verb = (
        "sent by agents, not received from customers"
        if best == "send"
        else "received from customers, not sent by agents"
    )
    return [
        *by_way[best],
        Problem(f"{best}-only", Severity.NOTE, f"it can be {verb} ({why.code}: {why.message})", "", why.channel),
    ]


def _one_way(
    recognised: Recognition, name: str, path: str, policy: Policy, direction: str, standing: LibraryStanding | None
) -> list[Problem]:
    found: list[Problem] = []
    if policy.inbox is not None:
        found += inbox_problems(policy.inbox, direction, standing, path, scanned=policy.scanned)
    if policy.table:
        found += table_problems(recognised, name, direction, path)
    if policy.profiles:
        from occ_media_cli.media.channels.channel_judge import channel_problems

    for profile in policy.profiles:
        found += channel_problems(recognised, name, profile, direction, path)
    return found


def inbox_problems(
    inbox: InboxPolicy, direction: str, standing: LibraryStanding | None, path: str, *, scanned: bool = False
) -> list[Problem]:
    """What the settings, the agent and the approved library say."""
    found: list[Problem] = []
    switch = inbox.switch(direction)
    if not switch.on:
        since = f" since {switch.since}" if switch.since else ""
        version = f" (version {switch.version})" if switch.version is not None else ""
        message = f"{direction} is off in {inbox.name}{since}{version}"
        help_ = shell_named(("occ-media", "set"), (inbox.name,), (f"--{direction}", "on"))
        found.append(Problem("media-off", Severity.ERROR, message, help_))
    if direction == "send" and inbox.agent is not None and not inbox.agent_may_send:
        message = f"{inbox.agent} may not send in {inbox.name}"
        help_ = shell_named(("occ-media", "agent", "allow"), (inbox.agent, "send"), ("--inbox", inbox.name))
        found.append(Problem("sender-without-permission", Severity.ERROR, message, help_))
    if inbox.scan == "required" and not scanned:
        message = f"{inbox.name} requires a scan, and none was made"
        found.append(Problem("not-scanned", Severity.ERROR, message, "scan it: add --scan"))
    if direction == "send" and inbox.approved_only and (standing is None or not standing.may_be_sent):
        found.append(_not_approved(inbox.name, standing, path))
    elif direction == "send" and inbox.approved_only and standing is not None and standing.ended is not None:
        found.append(_ended(inbox.name, standing.ended, path))
    return found


def _ended(inbox: str, later: LibraryStanding, path: str) -> Problem:
    from occ_media_cli.library.standing import say_why_not

    why, to_do = say_why_not(later, inbox, path)
    return Problem("approval-ended", Severity.NOTE, f"it may be sent at the moment asked about only: {why}", to_do)


def _not_approved(inbox: str, standing: LibraryStanding | None, path: str) -> Problem:
    from occ_media_cli.library.standing import LibraryStanding, say_why_not

    why, to_do = say_why_not(standing or LibraryStanding(None), inbox, path)
    message = f"agents in {inbox} may send approved files only: {why}"
    return Problem("not-approved", Severity.ERROR, message, to_do)


def scan_problems(scan: ScanResult, mode: str | None) -> list[Problem]:
    """What a scan found, under the codes by which files are decided on; each kind once.

    mode: `scan` of the inbox, None without one. Where it is `record`, nothing but malware stops a file.
    """
    problems: list[Problem] = []
    for code, some in (*_by_code(scan), *scan.families().items()):
        for kind in dict.fromkeys(each.code for each in some):
            alike = [each for each in some if each.code == kind]
            first = alike[0]
            message = f"{kind}: {first.placed}" if kind != code else first.placed
            message += f", and {len(alike) - 1:,} more of that kind" if len(alike) > 1 else ""
            severity = Severity(first.severity)
            if mode == "record" and code != "infected-file" and severity is Severity.ERROR:
                severity = Severity.WARNING
            problems.append(Problem(code, severity, message, first.help))
    return problems


def _is_said_by(seen: list[Problem], problem: Problem) -> bool:
    """Whether a scan says what the structure of the file showed, at least as gravely."""
    return any(each.code == problem.code and each.severity.rank >= problem.severity.rank for each in seen)


def _by_code(scan: ScanResult) -> list[tuple[str, tuple[Found, ...]]]:
    """What a file is refused for by itself: malware, and what nobody looked at."""
    kinds = ("infected-file", "not-scanned")
    found = [(code, tuple(each for each in scan.found if each.code == code)) for code in kinds]
    return [(code, some) for code, some in found if some]
