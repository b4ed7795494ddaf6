"""One question of `devomodel new`, and the answers so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Question:
    """One question.

    key      where its answer is kept
    text     what is asked
    example  an answer that would do
    read     answer as typed → value; raises ValueError saying what is allowed
    default  taken when nothing is typed; None where an answer is needed
    again    the question to go back to when the answer is no
    """

    key: str
    text: str
    example: str
    read: Callable[[str], Any]
    default: str | None = None
    again: str = ""


class Answers(dict[str, str]):
    """What was typed, by the key of its question, in the order asked."""

    def value(self, question: Question) -> Any:
        """The value of an answer that is there. Raises ValueError where it no longer does."""
        return question.read(self[question.key])
