"""The words with which lines of programs begin, and how such a line goes on, in the languages that are known.

What is no program begins with many of them too (`for`, `if`, `set`); the rest of the line is what tells.
"""

from __future__ import annotations

import re
from functools import cache

from occ_media_cli.media.patterns import Pattern

_DECLARES = (
    rb"[@\w]+(?:\(set\))?(?:\s*[<*&]|\s+)[\w\s<>\[\],.?*&:@]*(?:[({;=]|:\s*\w|\bobject\b|$)"
    rb"|(?:public|private) (?:default )?(?:sub|function|property (?:get|let|set)|const|dim|class) \w+"
)
_END = rb"end(?:[),;}]*|\s*--.*|\s*\{| (?:sub|function|if|with|class|select|property|type|namespace|module)\b.*)$"
_BY_WORD: tuple[tuple[str, bytes], ...] = (
    # declarations of C#, Java, Kotlin, Swift, Go, C and PHP
    (
        "public private protected internal open fileprivate static sealed abstract override final virtual readonly"
        " async extern inline data companion lateinit suspend mutating weak lazy @objc unsafe partial operator infix"
        " required convenience indirect synchronized transient volatile native unsigned signed void int char bool"
        " float double long short string auto typedef constexpr template record",
        _DECLARES,
    ),
    (
        "class interface struct enum trait object protocol extension union",
        rb"\w+(?: class)? \w[\w.]*(?:\s*<[^>]*>)?\s*(?:[({:]|$|\b(?:extends|implements|where)\b)",
    ),
    ("namespace", rb"namespace [\w.\\]+\s*[;{]?$"),
    ("package", rb"package [\w.]+;?$"),
    ("using global", rb"(?:global )?using (?:static |namespace |\w+ *= *)?[\w.]+(?:<.*>)?;|using ?\(|using var "),
    (
        "import",
        rb"import (?:static )?(?:[\w.*]+(?: as \w+)?;?$|[\w.*{}, $]+ from ['\"]|['\"(]|\w+ \"|type )"
        rb"|import (?:class|func|enum) ",
    ),
    ("from", rb"from [\w.]+ import "),
    ("export", rb"export (?:default|const|let|var|class|function|async|interface|type|enum|\{|\*)|export \w+="),
    ("func", rb"func(?: \([\w *]+\))? ?[\w`<>=+*/-]*\s*[(<]"),
    ("fun", rb"fun (?:<.*> )?[\w.`<>?]+\s*\("),
    (
        "fn pub impl",
        rb"(?:pub(?:\(\w+\))? )?(?:fn \w+|impl\b.*\{|struct \w|enum \w|mod \w|use \w|const \w|trait \w)",
    ),
    ("def", rb"def (?:self\.)?\w+[?!]?\s*(?:\(|$|:)"),
    ("function", rb"function\s*\*?\s*[\w.:$-]*\s*(?:\(|\{|$)"),
    ("const let", rb"(?:const|let)(?: mut)? (?:[\w$]+(?: \w+)?|[{\[(][^=]*)(?:: ?[^=]+)?\s*(?:=|:|$)|const \($"),
    (
        "var val",
        rb"va[rl] (?:\(.*\)|[\w$.<>?]+|[{\[].*)"
        rb"\s*(?:[=:;,({]|\[|\b(?:by|get|int|string|bool|map|func|err)\b|\w+\.\w|$)",
    ),
    ("type", rb"type \w+(?:\[.*\])? (?:struct|interface|func|map|=|\[\]|int|string|float)|type \w+ ?=|type \S*[\\%]"),
    # statements
    ("guard", rb"guard (?:let|var|case|!?\w).*(?:else|,)\s*\{?|guard let "),
    ("switch", rb"switch\b.*\{$|switch ?\("),
    (
        "case",
        rb"case\b.*:(?:\s|$)|case .*->|case .*;;$|case \w+(?:, \w+)*$|case \w.*\bin$"
        rb"|case (?:\d+|else|\"[^\"]*\"(?:, ?\".*)?)(?:\s*'.*)?$",
    ),
    ("default", rb"default:$"),
    ("defer go", rb"(?:defer|go) [\w.]+\(|(?:defer|go) func\(|defer \{$"),
    (
        "return throw yield await",
        rb"\w+(?:;|$| [^.]*(?:;|[)\]}]|\bnil\b|\bnull\b|\btrue\b|\bfalse\b|[-+*/%] ?\w+)$"
        rb"| [\w.]+(?:, ?[\w.]+)*$| [\w.]+\(| new )",
    ),
    ("break continue fallthrough pass", rb"\w+;?$"),
    (
        "if while for foreach until catch unless",
        rb"\w+\s*\(|\w+\b.*\{$|\w+ .*[\w)\]\"']:$|\w+ (?:[^.,]|\.\w)*\b(?:then|do)$|if \["
        rb"|if .* then (?:\w+ ?[=.(]|exit|set |call )"
        rb"|if (?:not )?(?:(?:exist|defined|errorlevel|/i)\b|[\"%!])"
        rb"|for (?:/[fdlr] .*)?%%|for each \w+ in|for \w+ ?= ?.* to ",
    ),
    ("elif except with", rb"\w+\b.*:$|with [\w.]+(?: ?\(.*)?$"),
    ("try finally", rb"(?:try|finally)\s*[:{]$"),
    ("else", rb"else(?:if)?(?:\s*[{:(]|\s*'.*| if\b.*)?$|else if\b.*[{)]$"),
    ("do", rb"do(?:\s*\{| (?:while|until)\b.*|;)?$"),
    # Lua, shell, Ruby, Perl, PHP
    ("local", rb"local (?:function\b|[\w, ]+(?:=|$)|[\w]+=)"),
    ("end begin process", _END + rb"|(?:begin|process)\s*\{$"),
    ("elseif repeat", rb"elseif\b.*(?:then|\{|:)$|repeat$"),
    ("fi done esac then", rb"\w+;?$"),
    ("require include require_once include_once", rb"\w+(?:\(| ?['\"])"),
    ("use", rb"use [\w\\:]+(?: [\w\\{('].*)?;$"),
    ("my our", rb"\w+ [$@%(]"),
    ("echo @echo", rb"@?echo\b[ .:(]?"),
    ("print", rb"print(?:\(| ?['\"$%(].*| .*;$)"),
    ("module", rb"module\.exports|module [\w.]+(?: \{)?$"),
    (
        "exports console window document jquery angular expect describe it test assert self this super",
        rb"[\w$.]+\s*(?:[(=\[;]|\.\w+.*(?:[=(;]|$))",
    ),
    # Visual Basic
    ("dim redim", rb"(?:dim|redim(?: preserve)?) \w+(?:\(.*\))?(?: ?,| as |:|\s*'| *:|$)"),
    ("sub", rb"sub \w+ ?(?:\{|\(|$)"),
    ("option", rb"option explicit"),
    ("on", rb"on error (?:resume next|goto \w+)"),
    ("next loop wend", rb"\w+(?: \w+|(?: while| until)\b.*|\s*'.*)?$"),
    ("select", rb"select case\b"),
    ("exit", rb"exit (?:sub|function|for|do|/b)\b|exit ?(?:\d|\(|;)|exit$"),
    ("wscript", rb"wscript\.\w+"),
    # batch files
    ("set", rb"set (?:/[ap] )?\"?[\w.%!~:-]+ ?= ?\S?|set -\w+"),
    ("call", rb"call (?::\w|[\"%]|\S+\.(?:bat|cmd|exe)\b|[\w.]+\()"),
    ("goto", rb"goto :?\w+;?$"),
    (
        "@set @setlocal @if @call @for @cd @exit @pause @cls @title @start @del @goto @@set @@if @@setlocal @@goto"
        " @@powershell setlocal endlocal",
        rb"",
    ),
    ("pause cls popd shift", rb"\w+(?:\s*>\s*nul)?;?$"),
    (
        "pushd cd chdir md mkdir rd rmdir del erase copy xcopy robocopy move ren start attrib",
        rb"\w+ (?:/\w+ |\"|%|\S*[\\%]\S)",
    ),
    (
        "color mode timeout choice ping net sc reg taskkill schtasks regsvr32 wmic netsh icacls takeown bcdedit"
        " powershell rundll32 cscript wscript shutdown ipconfig winrm",
        rb"color [0-9a-f]{1,2}$|\w+(?:\.exe)? (?:/\w|-\w|add |delete |query |stop |start |config |set |localhost|//)",
    ),
    # PowerShell
    ("param", rb"param\s*(?:\(|$)"),
    ("filter configuration workflow", rb"\w+ [\w-]+\s*\{$"),
)
"""For each first word, in small letters: how a line of a program that begins with it goes on. Case is not looked at."""


@cache
def words_of_code() -> dict[bytes, Pattern]:
    """For each first word, in small letters: the pattern of a line of a program that begins with it."""
    found: dict[bytes, Pattern] = {}
    for words, goes_on in _BY_WORD:
        pattern = Pattern(goes_on, re.IGNORECASE)
        found.update((word.encode(), pattern) for word in words.split())
    return found
