"""Is a text the source of a program? By the shape of its lines, whatever the language.

A program is told by how many of its lines nothing else would have: `End Sub`, `func (s *Stack) Pop() {`,
`$name = Get-Item .`, `});`. Prose that quotes some code has few of them among many others. What stands in a fence of
Markdown is quoted by its writer, and comments say nothing either way; neither is counted, nor are the headers of mail.

A line is looked up by its first word, so that most lines of prose cost one look into a table; a pattern is compiled
when the first line needs it. `proofs/text_is_code.py` measures how often the answer is right.
"""

from __future__ import annotations

import re

from occ_media_cli.media.patterns import Pattern
from occ_media_cli.media.readers.code_words import words_of_code

LOOKED_AT = 8192
"""Bytes from the beginning of a file that are looked at: a licence, and enough of what follows it."""

_FEWEST = 2
_SHARE = 0.3
"""A text is a program where at least so many lines are a program's, and they are this part of those that count."""

_LONG = 160
"""Bytes of a line that are looked at, at its two ends: paragraphs and packed scripts cost no more than other lines."""

_MOST_LINES = 100
"""Lines that are counted: enough to tell, and a list of a thousand words costs no more than a letter."""

_COMMENT_ENDS = {
    b"/*": b"*/", b"<#": b"#>", b"<!--": b"-->", b"--[[": b"]]", b"=begin": b"=end", b'"""': b'"""', b"'''": b"'''",
}  # fmt: skip
_COMMENTS = (b"//", b"#", b"* ", b"*/", b"--", b"'", b"::", b";")
_REMARKS = frozenset((b"rem", b"@rem", b"@@rem"))
_MARKS = b"/<-=\"'#*:;"
"""What a comment begins with, in any language."""

_DIRECTIVE = Pattern(
    rb"#\s*(?:include\s*[<\"]|define \w|ifn?def \w|if \w|endif\b|pragma \w|import <|region\b|requires -)", re.I
)
_SHEBANG = Pattern(rb"#! ?/[\w/.-]+")
_PHP = Pattern(rb"(?:^|\n)[ \t]*<\?(?:php\b|=)")
_REGISTRY = Pattern(rb"(?:^|\n)[ \t]*(?:Windows Registry Editor Version \d|REGEDIT4[ \t]*(?:\r?\n|$))")
_DATA = Pattern(rb"\s*[\[{]\s*[\[{\"}\]\d-]")
_OF_DATA = b'"{}[]-0123456789'
"""What the lines of JSON begin with; a text that begins like JSON may have a script behind it."""
_SPACES = Pattern(rb"\xe2\x80[\x80-\x8a\xaf]|\xc2\xa0|\xe3\x80\x80")
"""Spaces that code has when it was copied out of a web page."""
_MAIL = Pattern(
    rb"\s*(?:>?From \S+ |(?:Return-Path|Received|Delivered-To|DKIM-Signature|Message-ID|Date|From|To|Subject"
    rb"|MIME-Version|X-[\w-]+|Content-[\w-]+):)",
    re.IGNORECASE,
)
_MIME = Pattern(rb"Content-[\w-]+:|[a-z][\w-]*\*?\d?\*?=")

_WORD = Pattern(rb"@*\w[\w:]*(?:\.\w+)?")
_SIGNS = Pattern(rb"[=(){}\[\];$%@\"<>!|\\]")
"""One of these is in a line of a program that does not begin with a word of one; prose mostly has none."""
_BRACKETS = frozenset((
    *b"{ } }; }) }); }, }), )} )) ); ) ]) ]); ]; ), ))); }} }}; end) end, end);".split(), b") {", b"} else {", b"})(",
))  # fmt: skip
_STATEMENT = Pattern(
    rb"[\w$.\[\]'\"()>*&:!-]+(?: [\w$.<>\[\]*&]+)? ?(?:[-+*/|&^%.:?]|<<|>>)?= ?.*;$"
    rb"|.*\w[\w.>:]*\(.*\).*;$|.*[\]}'\"];$|.*(?:\+\+|--);$"
)
_OPENING = Pattern(rb"[^\\].*\{$|.*[\w>]\($|.*\bfunction ?\(.*|.*=> ?[\{(]?$|.*\{ ?\|[^|]*\|$")
_CALL = Pattern(rb"[\w.$:@?!]+\(.*\)(?: \{|,)?$|\.\w+(?:\(.*\)?)?(?: ?\{.*)?$")
_CMDLET = Pattern(
    rb"(?:Add|Clear|Compress|Convert\w*|Copy|Disable|Enable|Enter|Exit|Expand|Export|ForEach|Format|Get|Import|Install"
    rb"|Invoke|Join|Measure|Move|New|Out|Pop|Push|Read|Register|Remove|Rename|Restart|Select|Set|Show|Sort|Split|Start"
    rb"|Stop|Test|Uninstall|Unregister|Update|Wait|Where|Write)-[A-Z]\w+(?:\s|$)"
)
_MARKED = Pattern(
    rb"\$[\w:.\[\]{}\"'$()-]+ ?(?:[-+*/.|?]?=|\||\)|->|-\w+ |\+\+|$)"  # $name = …
    rb"|\[(?:CmdletBinding|Parameter|Validate\w+|Alias|OutputType|string|int|switch|bool|object|array|hashtable|datetime"
    rb"|System\.[\w.]+|void|Flags|Test\w*|Fact|Serializable|assembly: ?\w|Dll\w+|Obsolete|Category|Console|Math|IO\.\w+"
    rb"|Net\.\w+|regex|psobject|pscustomobject|char|byte)(?:\[\])?[(\]]"  # an attribute or a type
    rb"|\.[A-Z]?\w+ (?:_$|\")"  # .Write "…", in a With of Visual Basic
    rb"|:[\w-]+$"  # a label of a batch file
    rb"|[(!;+]+(?:function ?\w*\(|\(\) ?=>)"  # a packed script
)
_ANNOTATION = Pattern(
    rb"@(?:Override|Test|Nullable|NotNull|SuppressWarnings|Deprecated|available|objc|discardableResult|escaping|IBOutlet"
    rb"|IBAction|main|State|Before|After|Suppress|Jvm\w+|Parameter\w+|RunWith|Param|file:\w+|Inject|Autowired|Entity"
    rb"|Component|Service|Get|Bean|Data|Published|MainActor|testable)\b(?!@)"
)
_BATCH = Pattern(rb"[^%]*%(?:~\w*\d|\w+%|%~?\w)|.*![\w]+!(?:\W|$)|.*>\s*nul\b")
_ASSIGNED = Pattern(
    rb"[\w.$]+(?:\[[^]]*\])? ?[:+]?= ?(?:new |New-)?[A-Za-z_][\w.:]*\("  # x = Fetch(…
    rb"|\w+\.[A-Z]\w\w+ (?:_$|\"[^\"]*\"|\w+(?=,))"  # Shell.Run "…"
    rb"|\S+\.(?:exe|cmd|bat)\"?(?: [-/\"%].*)?$"
)
_LIKELY = Pattern(
    rb"[\w.\[\]\"'$:*]+(?:, ?[\w.\[\]]+)* *(?:[-+*/:.&|]|<<)?=(?!=) *\S"
    rb"|[\w.]+\(.*|\w+: .*,$|.*[(,{\[]$|[\w.]+ \"|[})\]].*"
)
"""A line of a program that a table, a list of settings or a text could have too."""


def is_source_code(text: bytes) -> bool:
    """Whether the beginning of a text, in UTF-8 or an 8-bit encoding and without a mark, is a program's source."""
    if b"<?" in text and _PHP.search(text):
        return True
    if (b"REGEDIT" in text or b"Registry" in text) and _REGISTRY.search(text):
        return True
    strong, likely, counted = count_lines(text)
    if strong < _FEWEST and not (strong and counted <= _FEWEST):
        return False
    return strong + min(likely, 2 * strong) >= _SHARE * counted


def is_mail(text: bytes) -> bool:
    """Whether a text begins with the headers of a mail."""
    return _MAIL.match(text) is not None


def is_mail_or_box(head: bytes) -> bool:
    """Whether a text is a mail, or several in one file, each behind a line that begins with `From `."""
    begin = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return is_mail(begin) or (begin.startswith(b"From ") and is_mail(begin.partition(b"\n")[2]))


def count_lines(text: bytes) -> tuple[int, int, int]:
    """How many lines are a program's, how many are likely one's, and how many count at all."""
    words, word_of, has_signs = words_of_code(), _WORD.compiled.match, _SIGNS.compiled.search
    strong = likely = counted = 0
    fenced = continued = False
    ends: bytes | None = None
    is_data = _DATA.match(text) is not None
    headed = is_mail(text)
    if headed:
        text = text.partition(b"\n\n")[2] or text.partition(b"\r\n\r\n")[2] or text
    if b"\xe2\x80" in text or b"\xc2\xa0" in text or b"\xe3\x80\x80" in text:
        text = _SPACES.sub(b" ", text)
    for raw in text.splitlines():
        line = raw.strip()
        if not line:
            continue
        if len(line) > _LONG:
            line = line[: _LONG * 3 // 4] + line[-_LONG // 4 :]
        if ends is not None:
            if ends in line:
                ends = None
            continue
        if continued:
            continued = line.endswith(b" _")
            continue
        continued = line.endswith(b" _")
        first = line[:1]
        if first in b"`~" and line.startswith((b"```", b"~~~")):
            fenced = not fenced
            continue
        if fenced or (is_data and first in _OF_DATA):
            continue
        if first in _MARKS:
            if first == b"#":
                if counted < 5 and _SHEBANG.match(line):
                    return 1, 0, 1
                if _DIRECTIVE.match(line):
                    strong, counted = strong + 1, counted + 1
                continue
            opener = next((each for each in _COMMENT_ENDS if line.startswith(each)), None)
            if opener is not None:
                if line.find(_COMMENT_ENDS[opener], len(opener)) < 0:
                    ends = _COMMENT_ENDS[opener]
                continue
            if line.startswith(_COMMENTS) and not (first == b":" and line[1:2].isalpha()):
                continue
        word = word_of(line)
        name = word.group().lower() if word is not None else b""
        if name in _REMARKS:
            continue
        if counted == _MOST_LINES:
            break
        counted += 1
        if headed and _MIME.match(line):
            continue
        pattern = words.get(name)
        if pattern is None and (b"." in name or b":" in name):
            pattern = words.get(name.partition(b".")[0].partition(b":")[0])
        if pattern is None and name and line[len(name) : len(name) + 1] != b"-" and not has_signs(line):
            continue
        if (pattern is not None and pattern.match(line)) or _is_of_a_program(line, name):
            strong += 1
        elif (b"=" in line or b"(" in line or line[-1:] in b",{[" or b'"' in line) and _LIKELY.match(line):
            likely += 1
    return strong, likely, counted


def _is_of_a_program(line: bytes, name: bytes) -> bool:
    """The same for a line whose first word says nothing: by its first character and its last."""
    if line in _BRACKETS:
        return True
    if not name:
        if _MARKED.match(line):
            return True
    elif line[:1] == b"@":
        if _ANNOTATION.match(line):
            return True
    elif line[len(name) : len(name) + 1] == b"-" and _CMDLET.match(line):
        return True
    last = line[-1:]
    if last == b";" and _STATEMENT.match(line):
        return True
    if last in b"{(>|" and _OPENING.match(line):
        return True
    if last in b"),{" and _CALL.match(line):
        return True
    if (b"%" in line or b"!" in line or b">" in line) and _BATCH.match(line):
        return True
    return (b"=" in line or b'"' in line or b"." in line) and _ASSIGNED.match(line) is not None
