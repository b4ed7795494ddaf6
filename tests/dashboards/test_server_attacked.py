"""A dashboard that is attacked: a visitor can do what the controls offer, and nothing else."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.exceptions import InvalidStatus

from devomodel.dashboards.server.messages import from_page
from devomodel.dashboards.shelf import Shelf
from devomodel.problems import DevomodelError
from tests.serving import ROOT, Served, Stranger, Talk, serve

PAGE = "/case-explorer?case=castle-donington&tax_base.homes=2500"


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A dashboard that only these tests use."""
    started = serve(tmp_path_factory.mktemp("work"), "--ready", "1", "--visitors", "12")
    yield started
    started.stop()


@pytest.fixture(scope="module")
def stranger(hall: Served) -> Stranger:
    return Stranger(hall.address)


@pytest.fixture(scope="module")
def kernel(stranger: Stranger) -> str:
    return stranger.page(PAGE)


@pytest.fixture(scope="module")
def talk(stranger: Stranger, kernel: str) -> Iterator[Talk]:
    opened = stranger.channel(kernel)
    yield opened
    opened.socket.close()


UNKNOWN_EVENTS: tuple[Any, ...] = (
    {"event": "typed", "text": "9" * 5_000}, {"event": "typed", "text": 5}, {"event": "click"}, {"event": "step", "steps": 1e9},
    {"event": "step", "steps": True}, {"event": "set", "text": "1"}, {"event": "step", "steps": 10**9}, {}, [], None, "typed",
)  # fmt: skip

NOWHERE = """
    /api/kernels /api/kernels/{kernel} /api/contents /api/contents/pyproject.toml /api/sessions /api/terminals /api/status /api /api/me
    /api/kernelspecs /api/config/x /terminals/1 /terminals/new/x /files/pyproject.toml /tree /lab /nbconvert/html/x.ipynb /view/x /metrics
    /logout /shutdown /voila/files/page.ipynb /voila/static/voila.js /voila/render/page.ipynb /voila/tree /voila/api/contents
    /voila/templates/lab/static/../../../../../../../etc/passwd /voila/api/shutdown/{kernel} /voila/labextensions/x /voila/api/themes/x
    /static/ /static/..%2f..%2fpage.py /static/../page.py /static/page.py /static/%2e%2e/shelf.py /residents/..%2f..%2fpyproject
    /residents/nothing /page.ipynb /precept-tester/x /%2e%2e/%2e%2e/etc/passwd /favicon.ico /robots.txt /.git/config /channel/x
    /kernelspecs/python3/logo-64x64.png
"""
"""Addresses of Jupyter's and Voila's servers, of files, and of nothing."""

WRONG_KEYS = ["../../pyproject", "/etc/passwd", "castle-donington/../x", "\x00", "opened-../../x", "saved-../x", "parish-99999", "parish--1",
              "parish-", "opened-nothing", "opened-", "saved-nothing", "saved-", "nothing", "<script>alert(1)</script>", "x" * 500, "\u202e",
              "con", "..", ".", "opened-..", "parish-٣"]  # fmt: skip


def of_kind(states: dict[str, Any], kind: str) -> tuple[str, dict[str, Any]]:
    """The first widget of a kind: its id and its state."""
    return next((name, one["state"]) for name, one in states.items() if one["model_name"] == kind)


# Code


@pytest.mark.parametrize("channel", ["shell", "control", "stdin", "iopub"])
def test_no_message_but_a_controls_reaches_the_kernel(talk: Talk, hall: Served, tmp_path: Path, channel: str) -> None:
    written = tmp_path / "written"
    code = f"open({str(written)!r}, 'w').write('by a visitor')"
    asked = {
        "execute_request": {"code": code, "silent": False, "store_history": False, "user_expressions": {"x": code}, "allow_stdin": False},
        "complete_request": {"code": "import o", "cursor_pos": 8}, "is_complete_request": {"code": code},
        "inspect_request": {"code": "open", "cursor_pos": 2, "detail_level": 1},
        "history_request": {"hist_access_type": "tail", "n": 10, "output": True, "raw": True},
        "debug_request": {"type": "request", "seq": 1, "command": "debugInfo", "arguments": {}}, "usage_request": {},
        "create_subshell_request": {}, "list_subshell_request": {}, "interrupt_request": {}, "shutdown_request": {"restart": False},
        "comm_info_request": {}, "kernel_info_request": {}, "input_reply": {"value": code}, "connect_request": {},
    }  # fmt: skip
    sent = {talk.send(kind, content, channel) for kind, content in asked.items()}
    answers = [one for one in talk.hear(1.0) if one["parent_header"].get("msg_id") in sent]
    assert answers == [] and not written.exists()
    assert talk.states(), "The page still answers its controls"


def test_what_a_kernel_prints_or_fails_at_is_not_told_to_its_page(talk: Talk) -> None:
    name, start = of_kind(talk.states(), "FloatSliderModel")
    for state in ({"value": 10**400}, {"value": -(10**400)}, {"value": 1e308}):
        talk.send("comm_msg", {"comm_id": name, "data": {"method": "update", "state": state, "buffer_paths": []}})
    for data in (
        {},
        {"method": "no_such"},
        {"method": None},
        {"method": "update"},
        {"method": "custom"},
        {"method": "echo_update"},
    ):
        talk.send("comm_msg", {"comm_id": name, "data": data})
    talk.send("comm_open", {"comm_id": "x", "target_name": "jupyter.widget.control", "data": {}}, metadata={"version": "9"})
    heard = {one["header"]["msg_type"] for one in talk.hear(1.0)}
    assert heard <= {"comm_msg", "status"}
    assert talk.states()[name]["state"]["value"] == start["max"]
    talk.send("comm_msg", {"comm_id": name, "data": {"method": "update", "state": {"value": start["value"]}, "buffer_paths": []}})


@given(sent=st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8), lambda one: st.lists(one, max_size=3)
                         | st.dictionaries(st.sampled_from(["header", "content", "channel", "msg_type", "comm_id", "data", "method", "state",
                                                            "msg_id", "session", "target_name"]), one, max_size=6), max_leaves=20))  # fmt: skip
def test_of_any_message_only_a_controls_is_passed_on_and_it_is_made_anew(sent: Any) -> None:
    made = from_page(json.dumps(sent))
    if made is not None:
        read = json.loads(made)
        assert read["header"]["msg_type"] in ("comm_open", "comm_msg") and read["buffers"] == [] and read["channel"] == "shell"


def test_a_message_of_a_control_is_passed_on_without_what_it_brings_along() -> None:
    header = {"msg_id": "a1", "msg_type": "comm_msg", "session": "b2", "username": "x", "subshell_id": "s", "version": "5.3"}
    content = {
        "comm_id": "c3",
        "data": {"method": "update", "state": {"value": 3}, "buffer_paths": [["value"]], "more": 1},
        "more": 1,
    }
    made = from_page(
        json.dumps({"channel": "shell", "header": header, "content": content, "metadata": {"x": 1}, "parent_header": header})
    )
    assert made is not None and json.loads(made)["content"] == {
        "comm_id": "c3", "data": {"method": "update", "state": {"value": 3}, "buffer_paths": []}}  # fmt: skip
    assert "subshell_id" not in made and json.loads(made)["parent_header"] == {}
    for wrong in ("[" * 100_000, '{"a": "\ud800"}', "x" * 30_000, 7, None, b"x"):
        assert from_page(wrong) is None


def test_a_page_takes_three_channels_to_its_kernel_and_no_more(stranger: Stranger, kernel: str, talk: Talk) -> None:
    more = [stranger.channel(kernel), stranger.channel(kernel)]
    with pytest.raises(InvalidStatus, match="429"):
        stranger.channel(kernel)
    for one in more:
        one.socket.close()
    assert talk.states()


def test_a_message_that_is_no_message_is_dropped_and_the_page_goes_on(talk: Talk) -> None:
    for sent in (
        "",
        "{",
        "[]",
        "null",
        '{"header": 3}',
        '{"header": {"msg_type": ["comm_msg"]}, "channel": "shell"}',
        "x" * 300_000,
    ):
        talk.socket.send(sent)
    talk.socket.send(b"\x00\x00\x00\x01\x00\x00\x00\x08{}")
    assert talk.states()


# Widgets


def test_a_visitor_cannot_make_a_widget_or_open_another_way_in(talk: Talk) -> None:
    before = set(talk.states())
    state = {"_model_module": "@jupyter-widgets/controls", "_model_module_version": "2.0.0", "_model_name": "HTMLModel",
             "_view_module": "@jupyter-widgets/controls", "_view_module_version": "2.0.0", "_view_name": "HTMLView",
             "value": "<img src=x onerror=alert(1)>"}  # fmt: skip
    for target in ("jupyter.widget", "jupyter.widget.version", "matplotlib", "anything", "__main__", ""):
        talk.send("comm_open", {"comm_id": f"mine-{target}", "target_name": target, "target_module": "os",
                                "data": {"state": state, "buffer_paths": []}}, metadata={"version": "2.1.0"})  # fmt: skip
    heard = [one for one in talk.hear(1.0) if one["header"]["msg_type"] in ("stream", "error")]
    assert "Traceback" not in str(heard), "Nothing of the program's insides is told"
    assert set(talk.states()) == before


def test_an_amount_takes_a_figure_within_its_bounds_and_nothing_else(talk: Talk) -> None:
    name, start = of_kind(talk.states(), "FloatSliderModel")

    def after(state: Any) -> dict[str, Any]:
        talk.send("comm_msg", {"comm_id": name, "data": {"method": "update", "state": state, "buffer_paths": []}})
        return talk.states()[name]["state"]

    for wrong in ({"value": "x"}, {"value": None}, {"value": [1]}, {"value": True}, {"value": {"a": 1}}, {"max": 9e9}, {"min": -9e9},
                  {"description": "<img src=x onerror=alert(1)>"}, {"unit": "%"}, {"no_such_part": 1}, {"_dom_classes": ["dm-address"]},
                  {"layout": "IPY_MODEL_x"}, {"disabled": True}, "value", None, 7):  # fmt: skip
        now = after(wrong)
        assert {key: now[key] for key in ("value", "max", "min", "description", "unit", "disabled")} == {
            key: start[key] for key in ("value", "max", "min", "description", "unit", "disabled")}, wrong  # fmt: skip
    assert (
        after({"value": 9e9, "max": 9e9})["value"] == start["max"]
        and after({"value": -9e9, "min": -9e9})["value"] == start["min"]
    )
    assert after({"value": 1e308})["max"] == start["max"]
    assert after({"value": start["value"]})["value"] == start["value"]


def test_an_amount_reads_what_is_typed_and_refuses_what_is_no_figure(talk: Talk) -> None:
    name, start = of_kind(talk.states(), "FloatSliderModel")

    def after(content: Any) -> dict[str, Any]:
        talk.send("comm_msg", {"comm_id": name, "data": {"method": "custom", "content": content}})
        return talk.states()[name]["state"]

    for wrong in ("1e400", "nan", "inf", "__import__('os')", "<script>alert(1)</script>", "9" * 190, "=1+1", "٣"):
        now = after({"event": "typed", "text": wrong})
        assert now["value"] == start["value"] and now["error"] and now["typed"] == wrong, wrong
    for unknown in UNKNOWN_EVENTS:
        assert after(unknown)["value"] == start["value"], unknown


def test_what_a_page_shows_cannot_be_written_over(talk: Talk) -> None:
    states = talk.states()
    shown = [name for name, one in states.items() if one["model_name"] in ("HTMLModel", "VBoxModel", "ButtonModel")]
    for name in shown[:12]:
        for state in ({"value": "<script>alert(1)</script>"}, {"children": []}, {"description": "Pay here"}, {"disabled": False}):
            talk.send("comm_msg", {"comm_id": name, "data": {"method": "update", "state": state, "buffer_paths": []}})
    for name in shown[:3]:
        talk.send("comm_close", {"comm_id": name, "data": {}})
    after = talk.states()
    assert {name: after[name]["state"].get("value") for name in shown} == {
        name: states[name]["state"].get("value") for name in shown
    }


def test_a_choice_takes_the_place_of_one_of_its_options_only(talk: Talk) -> None:
    states = talk.states()
    name, start = of_kind(states, "DropdownModel")
    for wrong in ({"index": len(start["_options_labels"])}, {"index": -1}, {"index": "0"}, {"index": None}, {"index": True}, {"index": 0.0},
                  {"_options_labels": ["x"]}, {"value": "x"}, {"options": ["x"]}):  # fmt: skip
        talk.send("comm_msg", {"comm_id": name, "data": {"method": "update", "state": wrong, "buffer_paths": []}})
        now = talk.states()[name]["state"]
        assert (now["index"], now["_options_labels"]) == (start["index"], start["_options_labels"]), wrong


# Other visitors


def test_a_kernel_answers_its_own_visitor_only(hall: Served, stranger: Stranger, kernel: str, talk: Talk) -> None:
    other = Stranger(hall.address)
    own = other.page(PAGE)
    with pytest.raises(InvalidStatus, match="404"):
        other.channel(kernel)
    with pytest.raises(InvalidStatus, match="404"):
        stranger.channel(kernel, cookie="")
    with pytest.raises(InvalidStatus, match="404"):
        stranger.channel(kernel, cookie=f"devomodel-visitor-{stranger.address.rpartition(':')[2]}=made-up")
    assert '"alive": false' in other.ask(f"/alive/{kernel}").text
    assert other.ask(f"/leave/{kernel}", "POST").status == 404
    assert talk.states(), "The first visitor's page still works"
    assert other.ask(f"/leave/{own}", "POST").status == 204, "One's own page can be given up"
    with pytest.raises(InvalidStatus, match="404"):
        other.channel(own)


def test_a_page_of_somebody_else_cannot_open_a_channel(stranger: Stranger, kernel: str) -> None:
    for origin in ("http://evil.example", "null", f"{stranger.address}.evil.example", "", "file://"):
        with pytest.raises(InvalidStatus, match="403"):
            stranger.channel(kernel, origin=origin)


def test_nobody_hears_what_a_waiting_kernel_is_told(hall: Served, kernel: str) -> None:
    from websockets.sync.client import connect

    where = f"{hall.address.replace('http', 'ws', 1)}/voila/query/{kernel}"
    with pytest.raises(InvalidStatus, match=r"40[34]"):
        connect(where, origin=hall.address)
    with connect(where) as opened, pytest.raises(TimeoutError):
        opened.recv(1.0)  # a kernel that was given away waits no more, so nothing is told


# Addresses


@pytest.mark.parametrize("path", NOWHERE.split())
def test_there_is_nothing_at_any_other_address(stranger: Stranger, kernel: str, path: str) -> None:
    for method in ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
        answer = stranger.ask(path.format(kernel=kernel), method, body=b"" if method != "GET" else None)
        assert answer.status in (403, 404, 405), (method, answer.status)
        assert not re.search(r"Traceback|root:|site-packages|\.py\b", answer.text)
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("key", WRONG_KEYS)
def test_no_case_but_those_on_the_shelf_has_a_key(tmp_path: Path, key: str) -> None:
    shelf = Shelf.of((), tmp_path)
    with pytest.raises(DevomodelError) as refused:
        shelf.text(key)
    assert str(ROOT) not in str(refused.value) and str(tmp_path) not in str(refused.value)


@pytest.mark.parametrize("key", ["../../pyproject", "<script>alert(1)</script>", "saved-nothing"])
def test_a_case_that_is_not_on_the_shelf_cannot_be_opened(hall: Served, key: str) -> None:
    from urllib.parse import quote

    one = Stranger(hall.address)
    kernel = one.page(f"/case-explorer?case={quote(key)}")
    shown = str([state["state"].get("value") for state in one.channel(kernel).states().values()])
    assert "This page cannot be shown" in shown and "Choose another case" in shown
    assert "<script>alert" not in shown and str(ROOT) not in shown and "Traceback" not in shown
    one.ask(f"/leave/{kernel}", "POST")


def test_nothing_of_the_address_comes_back_as_markup(stranger: Stranger) -> None:
    marked = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E"
    for path in (
        f"/?council={marked}",
        f"/?theme={marked}",
        f"/login?next={marked}",
        f"/{marked}",
        f"/?note={marked}&template=reveal",
    ):
        assert "<script>alert(1)" not in stranger.ask(path).text
    answer = stranger.ask(f"/precept-tester?theme={marked}&template=../../../tmp&case={marked}")
    assert "<script>alert(1)" not in answer.text and answer.status == 200
    kernel = re.search(r'"kernel": "([\w-]+)"', answer.text)[1]  # type: ignore[index]
    stranger.ask(f"/leave/{kernel}", "POST")


# Names and headers


@pytest.mark.parametrize(("mode", "what"), [("no-cors", "image"), ("cors", "empty"), ("navigate", "iframe")])
def test_a_picture_or_a_frame_of_another_page_takes_no_place(hall: Served, mode: str, what: str) -> None:
    assert Stranger(hall.address).ask("/precept-tester", Sec_Fetch_Mode=mode, Sec_Fetch_Dest=what).status == 403


def test_the_dashboard_answers_to_its_own_name_only(stranger: Stranger) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8866", "[::1].evil.example", ""):
        answer = stranger.ask("/", Host=host)
        assert answer.status in (400, 403) and "precept" not in answer.text.split("<main")[-1].lower(), host
    assert stranger.ask("/", Host=stranger.address.removeprefix("http://").replace("127.0.0.1", "localhost")).status == 200


def test_every_page_carries_the_strict_policy_and_its_cookies_are_closed(hall: Served) -> None:
    one = Stranger(hall.address)
    for path in ("/", "/precept-tester", "/nothing", "/static/page.js", "/login"):
        headers = one.ask(path).headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; ")
        assert "unsafe-eval" not in policy and "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff" and headers["Referrer-Policy"] == "same-origin"
    set_by = [one.ask(path).headers.get("Set-Cookie", "") for path in ("/", "/precept-tester")]
    for cookies in set_by:
        assert all(
            "HttpOnly" in cookie and "SameSite=Strict" in cookie for cookie in re.split(r", (?=[\w-]+=)", cookies) if cookie
        )


def test_the_pages_hold_no_script_or_style_of_their_own(stranger: Stranger) -> None:
    for path in ("/", "/case-explorer", "/nothing"):
        text = re.sub(
            r"<script[^>]*application/json[^>]*>[^<]*</script>", "", stranger.ask(path).text
        )  # data: what the page says
        assert re.findall(r"<script(?![^>]*(?:src=|application/json))", text) == [] and "<style" not in text
        assert re.findall(r"\son\w+=|javascript:", text) == [] and re.findall(r"https?://(?!127|www\.w3)", text) == []


# Files


def form(name: str, content: bytes, token: str = "") -> tuple[bytes, str]:
    """A form with a file, as a browser sends it: the body and its content type."""
    limit = "----a-limit"
    parts = [f'--{limit}\r\nContent-Disposition: form-data; name="_xsrf"\r\n\r\n{token}\r\n'.encode() if token else b"",
             f'--{limit}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: text/yaml\r\n\r\n'.encode(),
             content, f"\r\n--{limit}--\r\n".encode()]  # fmt: skip
    return b"".join(parts), f"multipart/form-data; boundary={limit}"


def token_of(one: Stranger) -> str:
    return re.search(r'name="_xsrf" value="([^"]+)"', one.ask("/").text)[1]  # type: ignore[index]


def test_a_file_comes_in_through_the_form_alone(hall: Served) -> None:
    one = Stranger(hall.address)
    body, kind = form("mine.yaml", b"case: x")
    assert one.ask("/open", "POST", body, Content_Type=kind).status == 403, "A form of somebody else's page"
    body, kind = form("../../etc/mine <b>.yaml", b"case: A case\nnation: mars\n", token_of(one))
    answer = one.ask("/open", "POST", body, Content_Type=kind)
    assert answer.status == 303 and re.fullmatch(r"/case-explorer\?case=opened-mine-b-[0-9a-f]{8}", answer.headers["Location"])
    kept = list(hall.work.rglob("*.yaml"))
    assert [path.parent.name for path in kept] == ["opened"] and kept[0].read_bytes() == b"case: A case\nnation: mars\n"
    kernel = one.page(answer.headers["Location"])
    shown = str([state["state"].get("value") for state in one.channel(kernel).states().values()])
    assert (
        "This scenario file cannot be used yet" in shown and "nation" in shown and "mars" in shown and str(hall.work) not in shown
    )
    one.ask(f"/leave/{kernel}", "POST")


def test_a_file_that_is_too_big_or_none_is_refused_in_plain_words(hall: Served) -> None:
    one = Stranger(hall.address)
    body, kind = form("big.yaml", b"a" * 1_000_001, token_of(one))
    answer = one.ask("/open", "POST", body, Content_Type=kind)
    assert answer.status == 413 and "1 MB at most" in answer.text
    body, kind = form("", b"", token_of(one))
    answer = one.ask("/open", "POST", body, Content_Type=kind)
    assert answer.status == 400 and "No file was chosen" in answer.text
    body, kind = form("huge.yaml", b"a" * 3_000_000, token_of(one))
    with contextlib.suppress(OSError):  # the server hangs up on a body that is longer than any form of ours
        assert one.ask("/open", "POST", body, Content_Type=kind).status in (400, 413)
    assert one.ask("/").status == 200
