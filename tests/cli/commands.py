"""How the tests of the commands run them: as a person does, in a process of their own, or quickly in this one."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

ROOT = Path(__file__).resolve().parents[2]
PARISH = Path(__file__).with_name("parish.yaml")


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str


def run(*words: object, answers: str | None = None) -> Ended:
    """A command in this process, at 80 columns and without colour."""
    from devomodel.cli.app import app

    result = CliRunner().invoke(app, [str(word) for word in words], input=answers, env={"COLUMNS": "80", "NO_COLOR": "1"})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ended(result.exit_code, result.stdout, result.stderr)


def run_alone(*words: object, **environment: str) -> Ended:
    """A command in a process of its own."""
    ours = ("COLUMNS", "DEVOMODEL_DEBUG", "PYTHONIOENCODING")
    kept = {key: value for key, value in os.environ.items() if key not in ours}
    done = subprocess.run(
        [sys.executable, "-m", "devomodel", *map(str, words)], cwd=ROOT, capture_output=True, check=False,
        stdin=subprocess.DEVNULL,
        env={**kept, "PYTHONPATH": str(ROOT), **environment},
    )  # fmt: skip
    encoding = environment.get("PYTHONIOENCODING", "utf-8")
    return Ended(done.returncode, done.stdout.decode(encoding), done.stderr.decode(encoding))
