"""An independent answer to "may this go?", written from contracts.md alone, without the program's code."""

from __future__ import annotations

from typing import Any

SCOPES = (("inbox", "category", "direction"), ("inbox", "category"), ("inbox", "direction"), ("inbox",),
          ("category", "direction"), ("category",), ("direction",), ())  # fmt: skip


def goes(entry: dict[str, Any], rules: list[dict[str, Any]], holds: list[dict[str, Any]], now: int) -> bool:
    for hold in holds:
        inside = hold.get("since", entry["time"]) <= entry["time"] < hold.get("until", entry["time"] + 1)
        if inside and all(entry[k] == hold[k] for k in ("inbox", "customer", "conversation", "id") if k in hold):
            return False
    if entry["outcome"] != "delivered" or entry["sha256"] is None or entry["size"] is None:
        return False
    about = [rule for rule in rules if all(rule.get(key) in (None, entry[key]) for key in SCOPES[0])]
    if any(now < entry["time"] + rule["keep"] for rule in about if "keep" in rule):
        return False
    for scope in SCOPES:
        for rule in about:
            if "remove" in rule and {key for key in SCOPES[0] if rule.get(key)} == set(scope):
                return bool(now >= entry["time"] + rule["remove"])
    return False
