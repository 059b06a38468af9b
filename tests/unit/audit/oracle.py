"""What an audit must find, worked out again in plain Python from the facts of a `World`. No SQL, no code of the audit."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from occ_media_cli.values import replace
from tests.unit.audit.world import DAY, DEFAULT, World

TABLE = {
    "aac": ("audio", 16), "amr": ("audio", 16), "mp3": ("audio", 16), "m4a": ("audio", 16), "ogg": ("audio", 16),
    "txt": ("document", 100), "xls": ("document", 100), "xlsx": ("document", 100), "doc": ("document", 100),
    "docx": ("document", 100), "ppt": ("document", 100), "pptx": ("document", 100), "pdf": ("document", 100),
    "jpg": ("image", 5), "png": ("image", 5), "gif": ("image", 5), "webp": ("image", 5), "3gp": ("video", 16),
    "mp4": ("video", 16),
}  # fmt: skip
ALIASES = {
    "jpeg": "jpg", "application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", "audio/ogg": "ogg",
    "video/mp4": "mp4", "image/webp": "webp",
}  # fmt: skip
QUOTAS = {"1 MB": 10**6, "9 GB": 9 * 10**9}


def kind(word: str | None) -> str | None:
    """The type that an extension, a detected type or a media type stands for; unknown words stand for themselves."""
    return None if word is None else ALIASES.get(word, word)


def spans(versions: list[Any]) -> list[Any]:
    """The versions that hold, those that follow one another and say the same as one, by the number of the first."""
    found: list[Any] = []
    for each in sorted(versions, key=lambda v: (v.inbox_id, v.valid_from)):
        last = found[-1] if found else None
        if each.superseded_by is not None or (each.valid_to is not None and each.valid_to <= each.valid_from):
            continue
        same = last is not None and (last.inbox_id, last.valid_to, last.settings, last.uncertain_since) == (
            each.inbox_id, each.valid_from, each.settings, each.uncertain_since)  # fmt: skip
        if last is not None and same:
            found[-1] = replace(last, valid_to=each.valid_to)
        else:
            found.append(each)
    return found


class Oracle:
    """Findings as (rule, severity, inbox, entry or seq or subject, setting version or None)."""

    def __init__(self, world: World, versions: list[Any]) -> None:
        self.world, self.versions = world, spans(versions)
        self.by_seq = {entry["seq"]: entry for entry in world.entries}

    def at(self, inbox: int, moment: int) -> dict[str, Any] | None:
        """The settings of an inbox at a moment: every change that covers it, laid over the defaults by start."""
        deltas = sorted(self.world.deltas[inbox], key=lambda delta: delta[3])
        if moment < deltas[0][0] or moment >= self.world.removed.get(inbox, 2**63):
            return None
        found = dict(DEFAULT)
        for start, end, change, _at in deltas:
            if start <= moment and (end is None or moment < end):
                found |= change
        return found

    def version(self, inbox: int, moment: int) -> int | None:
        for v in self.versions:
            begun = v.inbox_id == inbox and v.valid_from <= moment
            if begun and (v.valid_to is None or moment < v.valid_to):
                return v.number
        return None

    def findings(self) -> set[tuple[Any, ...]]:
        found: set[tuple[Any, ...]] = set()
        for entry in self.world.entries:
            for rule, severity, judged in self.of_entry(entry):
                place = entry["id"] if entry["id"] is not None else entry["seq"]
                version = self.version(entry["inbox"], entry["time"]) if judged else None
                found.add((rule, severity, self.world.names[entry["inbox"]], place, version))
        found |= set(self.of_versions()) | set(self.of_inboxes()) | set(self.of_store())
        return found | set(self.unused(found))

    def of_entry(self, e: dict[str, Any]) -> Any:
        world, s = self.world, self.at(e["inbox"], e["time"])
        delivered, sent = e["outcome"] == "delivered", e["direction"] == "send"
        declared = (e["declared"] or "").split(";")[0].strip().lower() or None
        detected, extension, said = kind(e["detected"]), kind(e["extension"]), kind(declared)
        real = detected or extension
        if e["time"] > world.now:
            yield "time-in-future", "warning", False
        if (
            e["channel"] is not None
            and s is not None
            and s["channels"]
            and not self.linked(e["channel"], s["channels"])
        ):
            yield "channel-not-linked", "warning", True
        flags = [flag for flag in world.flags if flag["entry"] == e["seq"]]
        if flags:
            yield "flagged-file", "warning", False
        for code, severity in (("surviving-bytes", "error"), ("missing-bytes", "warning")):
            if (code, e["seq"]) in self.verified():
                yield code, severity, False
        if e["deleted"] is not None and any(self.held_then(hold, e) for hold in world.holds):
            yield "deleted-while-held", "error", False
        if delivered and e["deleted"] is not None and self.too_early(e):
            yield "deleted-too-early", "error", False
        if not delivered:
            yield "refused-attempts", "note", True
            return
        if s is not None and not s["receive" if not sent else "send"]:
            yield "sent-while-off" if sent else "received-while-off", "error", True
        judged = real or said  # without an extension it is what its sender says
        if judged not in TABLE or (not sent and judged in ("gif", "webp")):
            yield "unsupported-type", "note" if judged == "webp" else "error", False
        elif real and e["size"] is not None and e["size"] > TABLE[real][1] * 1024 * 1024:
            yield "over-limit", "error", False
        if not sent and real in ("gif", "webp") and e["size"] is not None and e["size"] > 5 * 1024 * 1024:
            yield "over-limit", "error", False
        if detected and extension and detected != extension:
            yield "type-mismatch", "error", False
        elif said and real and said != real and declared != "application/octet-stream":
            yield "type-mismatch", "warning", False
        if sent and e["agent"] is not None and not self.may_send(e):
            yield "sender-without-permission", "warning", False
        uncaptured = not sent and e["source"] == "whatsapp" and e["path"] is None and e["deleted"] is None
        if uncaptured and world.now - 7 * DAY < e["time"] <= world.now:
            yield "evidence-expiring", "warning", False
        yield from self.scanned(e, s)
        if sent:
            yield from self.approved(e, s)
        if e["deleted"] is None and self.overdue(e) and not any(self.holds_now(hold, e) for hold in world.holds):
            yield "past-retention", "warning", False

    @staticmethod
    def linked(channel: str, links: tuple[str, ...]) -> bool:
        profile = channel.split(":")[0]
        return any(link in (channel, profile) or link.split(":")[0] == channel for link in links)

    def verified(self) -> set[tuple[str, int]]:
        newest: dict[str, dict[str, Any]] = {}
        for row in self.world.verifications:
            if row["subject"] == "retention":
                newest[row["root"]] = row
        return {(file["code"], file["entry"]) for row in newest.values() for file in row["files"]}

    @staticmethod
    def in_scope(hold: dict[str, Any], e: dict[str, Any]) -> bool:
        return (
            hold["entry"] in (None, e["seq"]) and hold["inbox"] in (None, e["inbox"])
            and (hold["since"] is None or hold["since"] <= e["time"])
            and (hold["until"] is None or e["time"] < hold["until"])
        )  # fmt: skip

    def held_then(self, hold: dict[str, Any], e: dict[str, Any]) -> bool:
        in_time = hold["placed"] <= e["deleted"] and (hold["released"] is None or e["deleted"] < hold["released"])
        return self.in_scope(hold, e) and self.whose(hold, e) and in_time

    def holds_now(self, hold: dict[str, Any], e: dict[str, Any]) -> bool:
        return hold["released"] is None and self.in_scope(hold, e) and self.whose(hold, e)

    @staticmethod
    def whose(hold: dict[str, Any], e: dict[str, Any]) -> bool:
        """An erased entry may have been of anybody."""
        whose = hold["customer"] in (None, e["customer"]) and hold["conversation"] in (None, e["conversation"])
        return whose or e["id"] is None

    def may_send(self, e: dict[str, Any]) -> bool:
        name, now = self.world.names[e["inbox"]], None
        for moment, agents in self.world.agents:  # of several that hold from then on, the last committed one
            if moment <= e["time"]:
                now = agents
        if now is None:
            return True
        row = now.get(e["agent"])
        if row is None:
            return not any(name in other.get("inboxes", ()) for other in now.values())
        if name in row.get("deny_send", ()):
            return False
        return row["role"] != "agent" or name in row.get("inboxes", ()) or name in row.get("allow_send", ())

    def scanned(self, e: dict[str, Any], s: dict[str, Any] | None) -> Any:
        digest = e["sha256"].hex() if e["sha256"] else None
        scans = [scan for scan in self.world.scans
                 if scan["entry"] == e["seq"] or (digest is not None and scan["sha256"] == digest)]  # fmt: skip
        required = s is not None and s["scan"] == "required"
        if any(scan["state"] == "infected" for scan in scans):
            yield "infected-file", "error", False
        codes = {fact["code"] for scan in scans for fact in scan["facts"]}
        if "active-content" in codes:
            yield "active-content", "error" if required else "warning", False
        if "sensitive-content" in codes:
            yield "sensitive-content", "error", False
        if "location-metadata" in codes:
            yield "location-metadata", "note", False
        own = [scan for scan in scans if scan["entry"] == e["seq"]]
        lost = own and own[-1]["state"] not in ("clean", "infected") and not own[-1]["sha256"]
        counted = own if lost else scans
        if s is not None and s["scan"] != "off" and not any(x["state"] in ("clean", "infected") for x in counted):
            yield "not-scanned", "error" if required else "warning", True

    def approved(self, e: dict[str, Any], s: dict[str, Any] | None) -> Any:
        digest, moment = e["sha256"].hex() if e["sha256"] else "", e["time"]
        proposals = [step for step in self.world.library if step.kind == "propose"]
        lives = [(each, *self.life(each)) for each in proposals if each.content == digest]
        tags = s["tags"] if s is not None else ()
        may = any(
            start <= moment < end and self.reaches(each, e["inbox"], tags) for each, start, end, _replaced in lives
        )
        if s is not None and s["send_approved_only"] and not may:
            yield "not-approved", "error", True
        replaced = {each.name for each, start, _, gone in lives if start <= moment and gone <= moment}
        newest = {each.name for each, start, _, gone in lives if start <= moment < gone}
        if not may and replaced - newest:
            yield "outdated-approved-file", "warning", False

    def life(self, proposal: Any) -> tuple[int, int, int]:
        """From when to when a proposal lets its file be sent, and when another took its place."""
        never = 2**63 - 1
        steps = self.world.library
        approval = next((step for step in steps if (step.kind, step.proposal) == ("approve", proposal.seq)), None)
        if approval is None:
            return never, never, never
        retired = [step.when for step in steps if (step.kind, step.proposal) == ("retire", proposal.seq)]
        replaced = min((step.when for step in steps if step.kind == "approve" and step.name == proposal.name
                        and (step.when, step.seq) > (approval.when, approval.seq)
                        and not any(r.kind == "retire" and r.proposal == step.proposal and r.seq < approval.seq
                                    and r.when <= step.when for r in steps)), default=never)  # fmt: skip
        return approval.when, min([*retired, replaced, proposal.expires or never]), replaced

    def reaches(self, proposal: Any, inbox: int, tags: Any) -> bool:
        """Whether a proposal is for an inbox that has these tags."""
        everywhere = not proposal.inboxes and not proposal.tags
        return everywhere or inbox in proposal.inboxes or bool(set(proposal.tags) & set(tags))

    def too_early(self, e: dict[str, Any]) -> bool:
        """A purge goes by its place in the chain and its machine's clock, anything else by the time that it says: by the
        rules that were valid then, and by those that were on record then."""
        place, gone = self.world.removals.get(e["seq"], (None, e["deleted"]))
        rules: list[dict[str, Any]] = []
        on_record: list[dict[str, Any]] = []
        for seq, moment, wall, those in self.world.policy_versions:
            if seq < place if place is not None else moment <= gone:
                rules = those
            if place is None and (wall if wall > moment + 1_000 else moment) <= gone:
                on_record = those if max(moment, wall) <= gone else []
        about = {"inbox": e["inbox"], "category": self.category(e), "direction": e["direction"]}
        keeps = [rule["keep_for_ms"] for rule in (*rules, *on_record)
                 if "keep_for_ms" in rule and all(rule[key] == about[key] for key in about if key in rule)]  # fmt: skip
        return any(gone < e["time"] + keep for keep in keeps)

    @staticmethod
    def category(e: dict[str, Any]) -> str | None:
        real = kind(e["detected"]) or kind(e["extension"])
        return TABLE[real][0] if real in TABLE else None

    def overdue(self, e: dict[str, Any]) -> bool:
        wait = self.wait(e)
        return wait is not None and bool(self.world.now >= e["time"] + wait)

    def wait(self, e: dict[str, Any]) -> int | None:
        """How long a file stays by the rules; None where none removes it."""
        about = {"inbox": self.world.names[e["inbox"]], "category": self.category(e), "direction": e["direction"]}
        rules = [rule for rule in self.world.policies if all(rule[k] == about[k] for k in about if k in rule)]
        order = sorted((r for r in rules if "remove_after_ms" in r),
                       key=lambda r: 4 * ("inbox" in r) + 2 * ("category" in r) + ("direction" in r))  # fmt: skip
        if not order:
            return None
        keep = max((rule["keep_for_ms"] for rule in rules if "keep_for_ms" in rule), default=0)
        return int(max(keep, order[-1]["remove_after_ms"]))

    def of_versions(self) -> Any:
        for v in self.versions:
            s = self.at(v.inbox_id, v.valid_from)
            assert s is not None
            assert s == {key: getattr(v.settings, key) for key in DEFAULT}, "the settings room and the oracle differ"
            if v.valid_from > self.world.now:
                continue
            name = self.world.names[v.inbox_id]
            if not s["receive"] and s["message"] is None:
                yield "receive-off-without-message", "warning", name, None, v.number
            if not s["receive"] and s["message"] == "No files here.":
                yield "message-without-alternative", "note", name, None, v.number
            if "sensitive" in s["tags"] and (s["send"] or s["receive"]):
                yield "sensitive-inbox-media-on", "warning", name, None, v.number

    def of_inboxes(self) -> Any:
        stored: dict[int, int] = defaultdict(int)
        same: dict[tuple[int, bytes], int] = defaultdict(int)
        for e in self.world.entries:
            if e["outcome"] == "delivered" and e["deleted"] is None:
                stored[e["inbox"]] += e["size"] or 0
            if e["outcome"] == "delivered" and e["sha256"]:
                same[e["inbox"], e["sha256"]] += 1
        for (number, digest), count in same.items():
            if count >= 3:
                yield "same-file-many-times", "note", self.world.names[number], digest.hex(), None
        for number, name in self.world.names.items():
            s = self.at(number, self.world.now)
            if s is not None and s["quota"] and stored[number] > QUOTAS[s["quota"]]:
                yield "over-quota", "warning", name, "quota", self.version(number, self.world.now)
            if number in self.world.removed:
                continue
            for category, direction in (
                (c, d) for c in ("audio", "document", "image", "video") for d in ("send", "receive")
            ):
                about = {"inbox": name, "category": category, "direction": direction}
                if not any("remove_after_ms" in rule and all(rule[k] == about[k] for k in about if k in rule)
                           for rule in self.world.policies):  # fmt: skip
                    yield "no-retention-policy", "warning", name, None, None
                    break

    def of_store(self) -> Any:
        for row in self.world.verifications:
            if row["subject"] == "ledger" and not row["ok"]:
                yield "ledger-altered", "error", None, row["seq"], None
        for change in self.world.changes:
            if change["kind"] != "store" and abs(change["time"] - change["wall"]) > 300_000:
                yield "backdated-change", "warning", "*", change["seq"], None
            if change["kind"] in ("change-finish", "change-refuse"):
                yield "interrupted-change", "warning", None, change["seq"], None
        newest = last = -(2**63)
        for change in sorted(self.world.changes, key=lambda each: each["seq"]):
            fell = change["wall"] < last - 300_000
            first_behind = change["wall"] < newest - 300_000 <= last
            if fell or first_behind:
                yield "clock-ran-backwards", "warning", None, change["seq"], None
            newest, last = max(newest, change["wall"]), change["wall"]
        for event, asked, approved in self.world.agreements:
            if asked.os_user == approved.os_user and asked.actor != approved.actor:
                yield "one-user-two-names", "warning", None, event, None
            if asked.actor == approved.actor:  # the store of a world was never told to ask for no second person
                yield "self-approval", "error", None, event, None
        for row in self.world.suppressions:
            place = row["rule"] + "/" + row.get("entry", "")
            if "expires_ms" in row and row["expires_ms"] <= self.world.now:
                yield "suppression-expired", "warning", row.get("inbox"), f"{place}/{row['expires']}", None
            if not {"reason", "owner", "expires_ms"} <= row.keys():
                yield "suppression-incomplete", "warning", row.get("inbox"), place, None

    def in_force(self) -> list[dict[str, Any]]:
        return [row for row in self.world.suppressions
                if {"reason", "owner", "expires_ms"} <= row.keys() and row["expires_ms"] > self.world.now]  # fmt: skip

    def suppressed(self, finding: tuple[Any, ...]) -> dict[str, Any] | None:
        for row in self.in_force():
            if (
                row["rule"] == finding[0]
                and row.get("inbox") in (None, finding[2])
                and row.get("entry") in (None, finding[3])
            ):
                return row
        return None

    def unused(self, found: set[tuple[Any, ...]]) -> Any:
        used = [self.suppressed(finding) for finding in found]
        for row in self.in_force():
            if row not in used:
                yield "suppression-unused", "note", row.get("inbox"), row["rule"] + "/" + row.get("entry", ""), None
