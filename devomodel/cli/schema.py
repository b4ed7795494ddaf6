"""`devomodel schema`: what a scenario file may hold, for an editor that completes and checks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from devomodel.cli.guard import guarded, say


@guarded
def schema(
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write it to a file instead.")] = None,
) -> int:
    """Print the JSON Schema of a scenario file, so that an editor can complete and check one as it is typed.

    In Visual Studio Code with the YAML extension, put as the first line of the scenario:
    # yaml-language-server: $schema=scenario.schema.json

    Example: devomodel schema -o scenario.schema.json
    """
    written = schema_text()
    if output is None:
        print(written, end="")
        return 0
    from devomodel.problems import DevomodelError

    try:
        output.write_text(written, encoding="utf-8", newline="\n")
    except OSError as error:
        raise DevomodelError(f"{output}: the schema cannot be written there ({error.strerror or error}).") from None
    say(f"Written to {output}.")
    return 0


def schema_text() -> str:
    """The schema as it is shipped: in ASCII marks, so that it is the same on any console."""
    from devomodel.case import json_schema

    return json.dumps(json_schema(), indent=1, ensure_ascii=True) + "\n"
