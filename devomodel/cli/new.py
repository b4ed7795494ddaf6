"""`devomodel new`: asks plain questions and writes a scenario file that runs."""

from __future__ import annotations

import json
import os
import sys
import textwrap
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from devomodel.cli.guard import clean, guarded, say
from devomodel.problems import DevomodelError

if TYPE_CHECKING:
    from devomodel.cli.question import Answers, Question

BACK, QUIT, HELP = ("back", "b"), ("quit", "q"), ("?", "help")


@guarded
def new(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="The file to write; without it, you are asked.")] = None,
) -> int:
    """Ask a few questions and write a scenario file that runs.

    Type 'back' to change the answer before, 'quit' to stop and go on another day. Nothing typed is lost: answers are
    kept beside the file until it is written. Answers can be piped in, one a line.

    Example: devomodel new my-parish.yaml
    """
    from devomodel.cli.new_file import scenario_text

    file = file or Path(_ask_line("Which file should be written?", "my-parish.yaml", "my-parish.yaml"))
    if file.suffix not in (".yaml", ".yml"):
        file = file.with_name(f"{file.name}.yaml")
    file = _not_overwritten(file)
    kept = file.with_name(f"{file.name}.answers.json")
    answers = _kept(kept)
    say("Type 'back' to change the answer before, '?' for help, 'quit' to stop and go on another day.\n")
    try:
        _ask_all(answers, kept)
    except (EOFError, KeyboardInterrupt) as ended:
        if answers:
            from devomodel.cli.words import counted

            said = counted(len(answers), "answer")
            say(f"\nStopped. What was answered ({said}) is kept in {kept}; go on with: devomodel new {file}")
        if isinstance(ended, KeyboardInterrupt):
            raise
        return 2
    text = scenario_text(answers, file.name)
    if failures := _failures(text, file):
        text = scenario_text(answers, file.name, rise_preferred=False)
        say("\nA check fails, so the file does not call that option the preferred one:\n" + "\n".join(failures))
    _write(file, text)
    kept.unlink(missing_ok=True)
    say(f"\nWritten: {file}\nSee the figures:      devomodel run {file}\nWhat is assumed:      devomodel check {file}\n"
        f"Compare the options:  devomodel compare {file}")  # fmt: skip
    return 0


def _ask_all(answers: Answers, kept: Path) -> None:
    """Ask what is not answered yet, in order, keeping each answer as it comes. Raises EOFError when the answers end."""
    while (question := _next(answers)) is not None:
        typed = _ask(question)
        if typed.lower() in BACK:
            if answers:
                answers.popitem()
                _keep(answers, kept)
            continue
        if typed.lower() in QUIT:
            raise EOFError
        if typed.lower() in HELP:
            say(f"An answer that would do: {question.example}. Type 'back' to change the answer before, 'quit' to stop.")
            continue
        if not typed and question.default is None:
            say("This one needs an answer.")
            continue
        typed = typed or question.default or ""
        try:
            value = question.read(typed)
        except ValueError as error:
            say(f"{str(error).rstrip('.')}.")
            continue
        if question.again and not value:
            for key in list(answers)[list(answers).index(question.again) :]:
                del answers[key]
            _keep(answers, kept)
            continue
        answers[question.key] = typed
        _keep(answers, kept)


def _next(answers: Answers) -> Question | None:
    """The first question without a usable answer; answers that no later question asks for are dropped."""
    from devomodel.cli.questions import questions

    asked = []
    for question in questions(answers, date.today()):
        try:
            answers.value(question)
        except (KeyError, ValueError):
            for key in [key for key in answers if key not in asked]:
                del answers[key]
            return question
        asked.append(question.key)
    return None


def _ask(question: Question) -> str:
    return _ask_line(question.text, question.example, question.default)


def _ask_line(text: str, example: str, default: str | None) -> str:
    """One question on standard error, and the line typed. Raises EOFError when there is none."""
    first, _, rest = text.partition("\n")
    said = "\n".join([*textwrap.wrap(clean(first), 78), *([rest] if rest else [])])
    hint = f"  For example: {example}" + (f"   [Enter: {default}]" if default else "")
    print(f"{said}\n{clean(hint)}\n> ", end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    if not sys.stdin.isatty():
        print(clean(line), file=sys.stderr)
    if not line:
        raise EOFError
    typed = clean(line).strip()
    return typed or default or "" if default and text.startswith("Which file") else typed


def _not_overwritten(file: Path) -> Path:
    """A file that is not there yet, or that may be written over."""
    while file.exists():
        try:
            answer = _ask_line(f"{file} is there already. Write over it when all is answered? (yes or no)", "no", None).lower()
            if answer in ("yes", "y"):
                return file
            file = Path(_ask_line("Which file should be written instead?", "my-parish-2.yaml", None) or file)
        except EOFError:
            raise DevomodelError(
                f"{file} is there already and was left alone. Give another file: devomodel new other.yaml"
            ) from None
    if not file.parent.is_dir():
        raise DevomodelError(f"{file}: there is no folder {file.parent}. Make it, or choose another place.")
    return file


def _kept(kept: Path) -> Answers:
    """The answers of a session that was stopped."""
    from devomodel.cli.question import Answers
    from devomodel.cli.words import counted

    try:
        found = json.loads(kept.read_text(encoding="utf-8"))
        answers = Answers({str(key): str(value) for key, value in found.items()})
    except (OSError, ValueError, AttributeError):
        return Answers()
    said = counted(len(answers), "answer")
    say(f"Going on from {said} kept in {kept}. Type 'back' to change one; delete that file to begin again.\n")
    return answers


def _keep(answers: Answers, kept: Path) -> None:
    try:
        _write(kept, json.dumps(answers, ensure_ascii=False, indent=1))
    except DevomodelError as error:
        raise DevomodelError(f"{error} Choose a place you may write to: devomodel new FILE") from None


def _write(file: Path, text: str) -> None:
    """Put a whole file in place at once, so that a broken run leaves the old one."""
    beside = file.with_name(f"{file.name}.part")
    try:
        beside.write_text(text, encoding="utf-8", newline="\n")
        os.replace(beside, file)
    except OSError as error:
        raise DevomodelError(f"{file}: it cannot be written ({error.strerror or error}).") from None


def _failures(text: str, file: Path) -> list[str]:
    """Reads and works the file before it is written: which checks fail, in which option."""
    from devomodel.case import load_text
    from devomodel.model import project

    case = load_text(text, file.name)
    return [f"{case.options[option].label}: {check.label}. {check.detail}. Fails in {', '.join(check.years)}."
            for option in case.options for check in project(case, option).checks[1:] if not check.passed]  # fmt: skip
