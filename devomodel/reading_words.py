"""What to say about YAML that cannot be read, to someone who has never heard of YAML.

The parser reports what it expected next. A clerk needs to know which line to look at and what to type there, so each
report is matched with the slip that usually causes it, and the line is looked at again to tell the slips apart.
"""

from __future__ import annotations

import re
from typing import Any

NAME_AND_VALUE = 'Write names and values, one to a line, such as "nation: england"'
COMMA_IN_BRACES = "Inside { } each comma begins a new name; put text that has a comma in it in quotes"
RIGHT_FILE = "Check that it is the right file; put long tables in a file of their own"
GLUED_COLON = "A colon has no space after it, so the line is read as one piece of text"
DIRECTIVE = ("A line beginning with % stands before the case", "Take that line out")
CHECK = "Check that quotes and brackets are closed, that a space follows each colon, and that lines start level"
QUOTE_IT = "Put the whole text in quotes"
LEVEL = "Start lines that belong together at the same column, with spaces and not tabs"

_GLUED_COLON = re.compile(r"(?P<name>[A-Za-z_][\w -]*):(?P<value>(?!//)[^\s:].*)")
_OPENERS = {"{": "}", "[": "]"}


CURLY = "A curly quotation mark, as a word processor puts it, begins a text here and does not hold it together"
STRAIGHT = 'Type straight quotes in its place: " before and after the text'
CURLY_MARKS = "“”„‘’‚"
LONGEST_LINE = 500
_CURLY = f"[{CURLY_MARKS}]"
_CURLY_IN_BRACES = re.compile(rf"[{{\[](?:.*?(?:[{{,\[]|:[ \t]))?[ \t]*{_CURLY}(?=\S)")
_CURLY_WHOLE = re.compile(rf"(?:^|\s)(?:\w+:|-)[ \t]+{_CURLY}.*{_CURLY}[ \t]*$")
_IN_QUOTES = re.compile(r"\"(?:[^\"\\]|\\.)*\"|(?<![\w])'[^']*'(?![\w])|(?:^|\s)#.*")
_BLOCK_TEXT = re.compile(r"[:-] +[|>][+-]?[0-9]?\s*(?:#.*)?$")


def curly_quotes(text: str) -> list[int]:
    """The lines, counted from 1, on which curly quotes stand where straight ones would hold a value together.

    That is around a whole value, or at the beginning of one inside { } or [ ]. Curly quotes within a text are part of it.

    >>> curly_quotes('case: “A hall, and a park”\\nnote: the “new” hall')
    [1]
    """
    found: list[int] = []
    block = -1
    if not any(mark in text for mark in CURLY_MARKS):
        return found
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > LONGEST_LINE:
            continue  # no one types a line like that, and a hostile one must not be searched
        if block >= 0 and (not line.strip() or _indent(line) > block):
            continue
        block = _indent(line) if _BLOCK_TEXT.search(line) else -1
        bare = _IN_QUOTES.sub('""', line)
        if _CURLY_IN_BRACES.search(bare) or _CURLY_WHOLE.search(bare):
            found.append(number)
    return found


def shortened(text: str, longest: int = 40) -> str:
    """Text to quote in a message."""
    return text if len(text) <= longest else text[:longest] + "…"


def space_after_colon(text: str) -> str:
    """What to do about `town:30%`; nothing when that is not what has happened.

    >>> space_after_colon("town:30%")
    'Put a space after the colon: "town: 30%"'
    >>> space_after_colon("https://example.org")
    ''
    """
    glued = _GLUED_COLON.fullmatch(text.strip())
    return f'Put a space after the colon: "{glued["name"]}: {shortened(glued["value"])}"' if glued else ""


def name_for_number(text: str) -> str:
    """What to write for a name that reads as a number: a year is most often a financial year cut short.

    >>> name_for_number("2026")
    'Write 2026-27 for the financial year, or "2026" in quotes'
    """
    year = f"{text}-{(int(text) + 1) % 100:02d} for the financial year, or " if re.fullmatch(r"20[0-9]{2}", text) else ""
    return f'Write {year}"{text}" in quotes'


def split_amount(amount: str, in_list: bool) -> tuple[str, str]:
    """What is wrong with, and what to do about, an amount such as 16,900 divided by its comma."""
    bare = re.sub(r"[£,()]", "", amount)
    brackets = "[ ]" if in_list else "{ }"
    pounds = amount if "£" in amount else re.sub(r"(?=[0-9])", "£", amount, count=1)
    do = f'Write {bare}, {amount.replace(",", "_").replace("£", "")} or "{pounds}" in quotes'
    if in_list:
        do += "; if several numbers are meant, put a space after each comma"
    return f"The comma inside {brackets} would split {amount} into two", do


def place_in_words(path: tuple[str | int, ...]) -> str:
    """A path as a person says it: "mechanisms › town_hall › shares"; list items count from 1."""
    return " › ".join(f"item {step + 1}" if isinstance(step, int) else str(step) for step in path)


def syntax(error: Any, lines: list[str]) -> tuple[int, str, str]:
    """Line, what is wrong, and what to do, for an error of the parser's in the text of these lines."""
    context = str(getattr(error, "context", None) or "")
    problem = str(getattr(error, "problem", None) or "")
    at: Any = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    since: Any = getattr(error, "context_mark", None) or at
    if at is None:
        return 1, "The file cannot be read", CHECK
    row, column = at.line, at.column
    line = lines[row] if row < len(lines) else ""
    here = line[column : column + 1]
    first_on_line = line[:column].strip() == ""

    if "quoted scalar" in context:
        if "escape" in problem:
            return (
                row + 1,
                "A backslash inside double quotes has a special meaning",
                'Use single quotes (\') or write "\\\\"',
            )
        return since.line + 1, "A quotation mark is opened here and never closed", "Close it at the end of the text"
    if here == "\t" and "cannot start" in problem:
        return row + 1, "A tab stands between the words on this line", "Use spaces instead"
    if "cannot start" in problem:
        return row + 1, f"Text cannot begin with {here} unless it is in quotes", QUOTE_IT
    if "directive" in context + problem or "YAML document" in problem:
        return row + 1, *DIRECTIVE
    if (
        context.startswith(("while scanning a", "while parsing a tag", "while parsing a node"))
        and _first_mark(since, lines) in "&*!"
    ):
        mark = _first_mark(since, lines)
        return since.line + 1, f"Text cannot begin with {mark} unless it is in quotes", QUOTE_IT
    if "block scalar" in context:
        return (
            since.line + 1,
            "Text cannot begin with | or > unless it is in quotes, and the lines below must start level",
            QUOTE_IT,
        )
    if "mapping values" in problem:
        return _unexpected_colon(row, column, lines)
    if "could not find expected ':'" in problem:
        return _no_colon(since.line, lines)
    if "sequence entries" in problem:
        return (
            row + 1,
            "A dash and a space begin a list, and a list begins on a line of its own",
            (f"Move it to the next line; if it is text, {QUOTE_IT[0].lower()}{QUOTE_IT[1:]}"),
        )
    if "flow" in context and since.line < len(lines):
        return _unclosed(since, row, here, lines)
    if "expected the node content" in problem:
        return row + 1, f"A value is missing before '{here}'", f"{QUOTE_IT} if '{here}' belongs to it"
    if first_on_line and here == "-":
        return row + 1, "A list item stands where a name and value belong", LEVEL
    if first_on_line and here not in ("}", "]", ","):
        return row + 1, "The line does not start level with the lines it belongs to", LEVEL
    if here and here in "}],":
        return row + 1, f"'{here}' stands here with nothing opened before it", f"Take it out, or: {QUOTE_IT.lower()}"
    if line[:column].rstrip().endswith(("}", "]")):
        return (
            row + 1,
            "More text follows after a closing bracket",
            f"Begin a new line; if all of it is text: {QUOTE_IT.lower()}",
        )
    if any(mark in line[:column] for mark in "'\""):
        return (
            row + 1,
            "More text follows after a closing quotation mark",
            ("Keep all of the text inside one pair of quotes; for an apostrophe inside, use double quotes outside"),
        )
    return row + 1, "Something on this line, or just before it, cannot be read", CHECK


def _first_mark(mark: Any, lines: list[str]) -> str:
    return (lines[mark.line][mark.column : mark.column + 1] if mark.line < len(lines) else "") or " "


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _unexpected_colon(row: int, column: int, lines: list[str]) -> tuple[int, str, str]:
    line = lines[row]
    if ": " in line[:column]:
        return row + 1, "A colon followed by a space stands inside the text", QUOTE_IT
    above = row - 1
    while above >= 0 and (not lines[above].strip() or lines[above].lstrip().startswith("#")):
        above -= 1
    if above >= 0:
        text = re.sub(r"^\s*(?:- )*", "", lines[above])
        if space_after_colon(text):
            return above + 1, GLUED_COLON, space_after_colon(text)
        if ":" not in text:
            return above + 1, f"'{shortened(text.strip())}' has no colon and value after it", NAME_AND_VALUE
        if _indent(line) > _indent(lines[above]):
            return row + 1, "The line starts further right than the line above, which already has a value", LEVEL
    return row + 1, "A colon stands where none is expected", f"{LEVEL}. {QUOTE_IT} if the colon belongs to it"


def _no_colon(row: int, lines: list[str]) -> tuple[int, str, str]:
    line = lines[row].strip() if row < len(lines) else ""
    if space_after_colon(line):
        return row + 1, GLUED_COLON, space_after_colon(line)
    return row + 1, f"'{shortened(line)}' has no colon and value after it", NAME_AND_VALUE


def _unclosed(since: Any, row: int, here: str, lines: list[str]) -> tuple[int, str, str]:
    for at in range(since.line, min(row + 1, len(lines))):
        if lines[at].count('"') % 2:
            return at + 1, "A quotation mark is opened here and never closed", "Close it at the end of the text"
    opened = _first_mark(since, lines)
    if opened not in _OPENERS:
        return row + 1, "A comma or a closing bracket is missing on this line, or just before it", CHECK
    closer = _OPENERS[opened]
    if row != since.line or not here:
        return (
            since.line + 1,
            f"'{opened}' is opened here and not closed, or a comma is missing inside it",
            f"Close it with '{closer}'",
        )
    if here == ":":
        return row + 1, f"A colon stands inside text between '{opened}' and '{closer}'", QUOTE_IT
    return (
        row + 1,
        f"A comma is missing between '{opened}' and '{closer}', or they do not match",
        (f"Divide the values with commas and close with '{closer}'"),
    )
