"""The commands as processes: endings, streams, encodings, the time to start."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from tests.cli.commands import PARISH, ROOT, run_alone


def test_a_wrong_file_ends_with_2_and_nothing_on_standard_output(tmp_path):
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("case: [1, 2\nyears: three\n", encoding="utf-8")
    ended = run_alone("run", wrong)
    assert (ended.status, ended.out) == (2, "")
    assert "wrong.yaml, line" in ended.err and "Traceback" not in ended.err


@pytest.mark.parametrize("words", [["nosuch"], ["run"], ["run", "a.yaml", "--nosuch"], ["run", "a.yaml", "--format", "xml"]])
def test_unknown_commands_and_options_end_with_2(words):
    ended = run_alone(*words)
    assert (ended.status, ended.out) == (2, "")
    assert "Traceback" not in ended.err


def test_an_unexpected_slip_is_told_in_plain_words_and_debug_shows_the_report(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import devomodel.case\ndef slip(*_, **__): raise ZeroDivisionError('inside')\ndevomodel.case.load = slip\n",
        encoding="utf-8",
    )
    beside = {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}
    ended = run_alone("run", PARISH, **beside)
    assert (ended.status, ended.out) == (2, "")
    assert "Your case file is unharmed" in ended.err and "DEVOMODEL_DEBUG=1" in ended.err and "Traceback" not in ended.err
    assert "Traceback" in run_alone("run", PARISH, DEVOMODEL_DEBUG="1", **beside).err


@pytest.mark.skipif(os.name == "nt", reason="pipes end otherwise there")
@pytest.mark.parametrize(
    "words", [["run", PARISH, "--checks"], ["explain", PARISH, "band_d", "2028-29"], ["schema"], ["parameters"]]
)
def test_a_reader_who_stops_reading_is_no_error(words):
    process = subprocess.Popen(
        [sys.executable, "-m", "devomodel", *map(str, words)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    process.stdout.close()
    complaint = process.stderr.read()
    assert process.wait(60) == 0
    assert complaint == b""


@pytest.mark.skipif(os.name == "nt", reason="signals differ there")
def test_control_c_ends_quietly_with_130_and_answers_are_kept(tmp_path):
    file = tmp_path / "mine.yaml"
    process = subprocess.Popen([sys.executable, "-m", "devomodel", "new", str(file)], cwd=ROOT, stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip
    process.stdin.write(b"Nowhere Council\n")
    process.stdin.flush()
    kept = tmp_path / "mine.yaml.answers.json"
    waited = time.monotonic() + 30
    while not kept.exists() and time.monotonic() < waited:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    # Python itself may end with the signal, which a shell reports as 130 too.
    assert process.returncode in (130, -signal.SIGINT) and out == b""
    assert b"Traceback" not in err
    assert json.loads(kept.read_text(encoding="utf-8")) == {"council": "Nowhere Council"}


def test_a_console_that_cannot_hold_a_sign_gets_a_plainer_one():
    ended = run_alone("run", PARISH, "--option", "overspend", PYTHONIOENCODING="ascii")
    assert ended.status == 1
    assert "-10,400" in ended.out and "?" not in ended.out
    assert "£" in run_alone("run", PARISH, PYTHONIOENCODING="cp1252").out


def test_json_survives_any_console():
    assert (
        json.loads(run_alone("run", PARISH, "--format", "json", PYTHONIOENCODING="ascii").out)["lines"]["parish.precept"]["unit"]
        == "£"
    )


def test_a_run_loads_no_tables_or_charts_library():
    asked = (
        "import sys, runpy; sys.argv = ['devomodel', 'run', sys.argv[1]]\n"
        "try: runpy.run_module('devomodel', run_name='__main__')\n"
        "except SystemExit: pass\n"
        "sys.stderr.write(' '.join(sorted({name.split('.')[0] for name in sys.modules})))"
    )
    done = subprocess.run([sys.executable, "-c", asked, str(PARISH)], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split())
    assert "devomodel" in loaded
    assert loaded.isdisjoint({"pandas", "matplotlib", "scipy", "IPython", "ipywidgets", "voila", "rapidfuzz"})


def test_help_of_every_command_has_an_example():
    for name in ("new", "check", "run", "explain", "compare", "councils", "parameters", "schema"):
        ended = run_alone(name, "--help", COLUMNS="80")
        assert ended.status == 0
        assert f"Example: devomodel {name}" in " ".join(ended.out.split())
        assert max(map(len, ended.out.splitlines())) <= 80
