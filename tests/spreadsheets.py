"""A worksheet's cells worked by two programs that know nothing of this one: formualizer and LibreOffice.

Both take cells as `Worksheet.cells()` gives them: an address such as `D5`, and a number or a formula that begins with
"=". Both give a number, True or False for each cell, and None for a cell that comes out as an error ("no figure").
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import formualizer
import pytest

Cells = Mapping[str, "str | float | bool"]
Worked = dict[str, "float | bool | None"]

SHEET = "Sheet"
ADDRESS = re.compile(r"^([A-Z]+)([1-9][0-9]*)$")
LIBREOFFICE_SECONDS = 180

ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value>
</prop></item></oor:items>
"""


def row_and_column(address: str) -> tuple[int, int]:
    """The row and the column of an address, both counted from 1.

    >>> row_and_column("AB7")
    (7, 28)
    """
    letters, row = ADDRESS.match(address).groups()
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(row), column


def worked_by_formualizer(cells: Cells) -> Worked:
    """Every cell as formualizer works it."""
    book = formualizer.Workbook()
    book.add_sheet(SHEET) if SHEET not in book.sheet_names else None
    sheet = book.sheet(SHEET)
    for address, written in cells.items():
        row, column = row_and_column(address)
        if isinstance(written, str):
            sheet.set_formula(row, column, written)
        else:
            sheet.set_value(row, column, written)
    book.evaluate_all()
    return {address: _plain(book.get_value(SHEET, *row_and_column(address)), address) for address in cells}


def worked_by_libreoffice(batches: Sequence[Cells]) -> list[Worked]:
    """Every cell of some worksheets as LibreOffice works it; all of them go through one start of the program.

    Fails the test, rather than passing it by, when LibreOffice is not on the machine, unless the person running the
    tests has said so with DEVOMODEL_WITHOUT_LIBREOFFICE=1.
    """
    program = shutil.which("soffice")
    if program is None:
        if os.environ.get("DEVOMODEL_WITHOUT_LIBREOFFICE") == "1":
            pytest.skip("LibreOffice is left out: DEVOMODEL_WITHOUT_LIBREOFFICE=1")
        pytest.fail(
            "These tests recalculate worksheets in LibreOffice, and soffice is not on this machine. Install "
            "libreoffice-calc, or leave these tests out with DEVOMODEL_WITHOUT_LIBREOFFICE=1 make test.",
            pytrace=False,
        )
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        given = place / "given.xlsx"
        _write(given, batches)
        profile = place / "profile"
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE, encoding="utf-8")
        command = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "xlsx",
                   "--outdir", str(place / "worked"), str(given)]  # fmt: skip
        said = subprocess.run(command, capture_output=True, text=True, timeout=LIBREOFFICE_SECONDS, check=False)
        worked = place / "worked" / "given.xlsx"
        assert worked.is_file(), f"LibreOffice did not convert the workbook: {said.stdout} {said.stderr}"
        return _read(worked, batches)


CANARY = "Canary"
STORED = -1.0
"""What is stored beside the canary's formula; it stays there when nothing is recalculated."""


def _write(path: Path, batches: Sequence[Cells]) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(path) as book:
        for number, cells in enumerate(batches):
            sheet = book.add_worksheet(f"{SHEET}{number}")
            for address, written in cells.items():
                if isinstance(written, str):
                    sheet.write_formula(address, written, None, STORED)
                elif isinstance(written, bool):
                    sheet.write_boolean(address, written)
                else:
                    sheet.write_number(address, written)
        canary = book.add_worksheet(CANARY)
        canary.write_number("A1", 6.0)
        canary.write_formula("A2", "=A1*7", None, STORED)


def _read(path: Path, batches: Sequence[Cells]) -> list[Worked]:
    import openpyxl

    book = openpyxl.load_workbook(path, data_only=True)
    assert book[CANARY]["A2"].value == 42, "LibreOffice opened the workbook without recalculating it."
    found = []
    for number, cells in enumerate(batches):
        sheet = book[f"{SHEET}{number}"]
        found.append({address: _plain(sheet[address].value, address) for address in cells})
    return found


def _plain(value: object, address: str) -> float | bool | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return float(value)
    error = (isinstance(value, dict) and value.get("type") == "Error") or (isinstance(value, str) and value.startswith("#"))
    assert error, f"{address} holds neither a number, yes or no, nor an error: {value!r}"
    return None
