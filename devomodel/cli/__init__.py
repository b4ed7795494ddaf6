"""The commands: arguments in, a Projection shown. No command works out a figure."""

from __future__ import annotations

import sys


def main() -> None:
    """The command `devomodel`. Exit status 0: all well; 1: the case runs but a check fails; 2: the input cannot be used."""
    try:
        from devomodel.cli.app import app
        from devomodel.cli.guard import QUIET_END, end_quietly, plain_streams
    except ModuleNotFoundError as missing:
        sys.exit(_not_installed(missing))
    plain_streams()
    try:
        app(prog_name="devomodel")
    except KeyboardInterrupt:
        sys.exit(QUIET_END)
    except SystemExit as ended:
        if not end_quietly():
            sys.exit(0)
        raise ended


def _not_installed(missing: ModuleNotFoundError) -> int:
    print(
        f"devomodel is not wholly installed: '{missing.name}' is missing. Install it again, as README.md says.", file=sys.stderr
    )
    return 2
