"""What stands between a command and the person: no traceback, quiet endings, text that any console can show."""

from __future__ import annotations

import codecs
import functools
import os
import sys
from collections.abc import Callable
from typing import Any

import typer

from devomodel.problems import DevomodelError

FAILED_CHECK = 1
CANNOT_BE_USED = 2
QUIET_END = 130

PLAIN = {"£": "GBP ", "−": "-", "–": "-", "—": "-", "…": "...", "×": "x", "÷": "/", "›": ">", "•": "*", "’": "'", "‘": "'",
         "“": '"', "”": '"', "─": "-", "≥": ">=", "≤": "<="}  # fmt: skip
"""What is written in place of a mark that the console's encoding cannot hold."""


def guarded(command: Callable[..., Any]) -> Callable[..., None]:
    """A command that ends with an exit status whatever happens: what it returns is its status, none meaning 0."""

    @functools.wraps(command)
    def safely(*arguments: Any, **named: Any) -> None:
        try:
            status = command(*arguments, **named) or 0
            sys.stdout.flush()
        except DevomodelError as error:
            say(str(error))
            status = CANNOT_BE_USED
        except BrokenPipeError:
            end_quietly(broken=True)
            status = 0
        except KeyboardInterrupt:
            say("")
            status = QUIET_END
        except typer.Exit:
            raise
        except Exception as error:
            if type(error).__module__.split(".")[0] in ("typer", "click"):
                raise
            _unexpected(error)
            status = CANNOT_BE_USED
        if status:
            raise typer.Exit(status)

    return safely


def say(message: str) -> None:
    """A message for the person, on standard error."""
    print(clean(message, keep="\n"), file=sys.stderr, flush=True)


def clean(text: object, keep: str = "") -> str:
    """Text from a file or a person without control characters, so that it cannot move the cursor or colour the screen.

    >>> clean("Snug\\x1b[31m Parish")
    'Snug[31m Parish'
    """
    return "".join(mark if mark in keep or mark.isprintable() else " " if mark.isspace() else "" for mark in str(text))


def plain_streams() -> None:
    """Make standard output and error able to take any text: what their encoding cannot hold is written more plainly."""
    codecs.register_error("devomodel", _plainly)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="devomodel")


def end_quietly(broken: bool = False) -> bool:
    """Flush what is left to print, or give it up where nobody reads it any more; whether it was all read."""
    if not broken:
        try:
            sys.stdout.flush()
            return True
        except (BrokenPipeError, ValueError, OSError):
            pass
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
    except (OSError, ValueError, AttributeError):
        pass
    return False


def _plainly(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    text = error.object[error.start : error.end]
    held = "".join(PLAIN.get(mark, "?") for mark in text)
    return held.encode(error.encoding, "replace").decode(error.encoding), error.end


def _unexpected(error: Exception) -> None:
    if os.environ.get("DEVOMODEL_DEBUG"):
        import traceback

        traceback.print_exception(error, file=sys.stderr)
    said = f"{type(error).__name__}: {error}".split("\n")[0][:200]
    say(
        "Something went wrong inside devomodel that is not your doing. Your case file is unharmed: no command changes it.\n"
        f"({said})\n"
        "Try the command once more. If it happens again, set DEVOMODEL_DEBUG=1, run it a third time, and report it as the page\n"
        "CONTRIBUTING.md says, with the technical report that is then printed and, if it may be shared, the case file."
    )
