"""The controls of standards that rules serve, and what a number of each may be.

That a rule serves a control says that it looks at something the control asks for. It never says that anybody complies:
that is judged by whoever assesses, with much else. A number that the standard does not have is refused, so that a slip
in a header does not become evidence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from occ_media_cli.report.words import suggestion

if TYPE_CHECKING:
    from occ_media_cli.report.json_types import Json

_ANNEX_A = {5: 37, 6: 8, 7: 14, 8: 34}
"""How many controls each theme of ISO/IEC 27001:2022 Annex A has."""

_REQUIREMENTS = {
    1: (2, 8, 3, 5, 1), 2: (2, 7, 2), 3: (2, 1, 3, 2, 1, 1, 9), 4: (2, 2), 5: (2, 3, 5, 1), 6: (2, 4, 3, 3, 6),
    7: (2, 6, 3), 8: (2, 8, 11, 3, 1, 3), 9: (2, 4, 4, 7, 1), 10: (2, 2, 4, 3, 1, 3, 3), 11: (2, 2, 2, 7, 2, 1),
    12: (4, 1, 4, 2, 3, 3, 1, 5, 2, 7),
}  # fmt: skip
"""How many requirements each section of PCI DSS 4.0.1 has: 5.2 has three, 5.2.1 to 5.2.3."""

_ARTICLES = 99
_PARAGRAPHS = {5: 2, 6: 4, 9: 4, 15: 4, 17: 3, 18: 3, 24: 3, 25: 3, 28: 10, 30: 5, 32: 4, 33: 5, 35: 11}
"""Paragraphs of the articles of the GDPR that a rule may well name; those of others are not looked at."""


def _in_annex_a(number: str) -> bool:
    match = re.fullmatch(r"A\.([5-8])\.([1-9][0-9]?)", number, re.ASCII)
    return match is not None and int(match[2]) <= _ANNEX_A[int(match[1])]


def _in_pci_dss(number: str) -> bool:
    match = re.fullmatch(r"([1-9][0-9]?)\.([1-9][0-9]?)(?:\.([1-9][0-9]?))?", number, re.ASCII)
    sections = _REQUIREMENTS.get(int(match[1]), ()) if match is not None else ()
    if match is None or int(match[2]) > len(sections):
        return False
    return match[3] is None or int(match[3]) <= sections[int(match[2]) - 1]


def _in_gdpr(number: str) -> bool:
    match = re.fullmatch(r"Art\. ([1-9][0-9]?)(?:\(([1-9][0-9]?)\)(?:\(([a-z])\))?)?", number, re.ASCII)
    if match is None or int(match[1]) > _ARTICLES:
        return False
    if match[2] is not None and int(match[2]) > _PARAGRAPHS.get(int(match[1]), 99):
        return False
    return match[1] != "5" or match[3] is None or (match[2] == "1" and match[3] <= "f")


@dataclass(frozen=True, slots=True)
class Framework:
    """A standard. name: as it is quoted; has: whether it has a control of that number; example: of how one is written.
    titles: what its controls are about, where a rule of the program names them."""

    name: str
    has: Callable[[str], bool]
    example: str
    titles: Mapping[str, str]


FRAMEWORKS: Mapping[str, Framework] = {
    "iso27001": Framework("ISO/IEC 27001:2022", _in_annex_a, "A.5.14", {
        "A.5.3": "Segregation of duties",
        "A.5.12": "Classification of information",
        "A.5.14": "Information transfer",
        "A.5.18": "Access rights",
        "A.5.28": "Collection of evidence",
        "A.5.33": "Protection of records",
        "A.5.34": "Privacy and protection of PII",
        "A.5.36": "Compliance with policies, rules and standards for information security",
        "A.8.3": "Information access restriction",
        "A.8.6": "Capacity management",
        "A.8.7": "Protection against malware",
        "A.8.10": "Information deletion",
        "A.8.12": "Data leakage prevention",
        "A.8.13": "Information backup",
        "A.8.15": "Logging",
        "A.8.16": "Monitoring activities",
        "A.8.17": "Clock synchronization",
        "A.8.32": "Change management",
    }),
    "pci-dss": Framework("PCI DSS 4.0.1", _in_pci_dss, "3.2.1", {
        "3.2.1": "Account data is stored as little and as briefly as possible",
        "5.2": "Malware is prevented, or detected and addressed",
        "5.3": "Anti-malware mechanisms are active, maintained and monitored",
        "6.5.1": "Changes of systems follow a procedure",
        "7.2": "Access is defined and assigned",
        "10.2": "Logs record what is needed to detect and to investigate",
        "10.3": "Logs are protected from destruction and unauthorized change",
        "10.5.1": "The history of logs is retained",
        "10.6": "Clocks are synchronized",
    }),
    "gdpr": Framework("GDPR", _in_gdpr, "Art. 5(1)(e)", {
        "Art. 5(1)(a)": "Lawfulness, fairness and transparency",
        "Art. 5(1)(b)": "Purpose limitation",
        "Art. 5(1)(c)": "Data minimisation",
        "Art. 5(1)(d)": "Accuracy",
        "Art. 5(1)(e)": "Storage limitation",
        "Art. 5(1)(f)": "Integrity and confidentiality",
        "Art. 5(2)": "Accountability",
        "Art. 17": "Right to erasure",
        "Art. 25": "Data protection by design and by default",
        "Art. 30": "Records of processing activities",
        "Art. 32": "Security of processing",
    }),
}  # fmt: skip
"""The standards that a header may name, by the word that it names them with, in the order of every list."""


@dataclass(frozen=True, slots=True)
class Control:
    """A control that a rule serves, and why. framework: a word of `FRAMEWORKS`; number: as the standard writes it."""

    framework: str
    number: str
    why: str

    @property
    def name(self) -> str:
        """The standard and the number, as it is quoted."""
        return f"{FRAMEWORKS[self.framework].name} {self.number}"

    @property
    def title(self) -> str | None:
        """What it is about, by its own name or that of what it is a part of; None where the program knows none."""
        titles, number = FRAMEWORKS[self.framework].titles, self.number
        while number not in titles and number:
            number = number[: max(number.rfind("("), number.rfind("."), 0)]
        return titles.get(number)

    @property
    def order(self) -> tuple[int, list[int | str]]:
        """Its place in lists: by standard, then by number as people count."""
        parts = [int(part) if part.isdigit() else part for part in re.findall(r"\d+|[A-Za-z]+", self.number)]
        return list(FRAMEWORKS).index(self.framework), [part for part in parts if part not in ("A", "Art")]

    def as_json(self) -> dict[str, Json]:
        """It as a member of documents."""
        return {"framework": FRAMEWORKS[self.framework].name, "control": self.number, "title": self.title,
                "why": self.why}  # fmt: skip


def parse_control(text: str) -> Control:
    """The control of a header's line, `iso27001 A.5.14: why`; ValueError, with what to write, where it is none."""
    match = re.fullmatch(r"(\S+) ([^:]+): (\S.*)", text)
    if match is None:
        raise ValueError(f"'{text}' names no control and why", "write -- control: iso27001 A.5.14: why")
    framework, number, why = match.groups()
    known = FRAMEWORKS.get(framework)
    if known is None:
        near = suggestion(framework, FRAMEWORKS)
        raise ValueError(f"'{framework}' is no standard that rules name{near}", f"one of {', '.join(FRAMEWORKS)}")
    if not known.has(number):
        raise ValueError(f"{known.name} has no '{number}'", f"write it like {known.example}")
    return Control(framework, number, why)
