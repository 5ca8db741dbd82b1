"""Files are read in a process of its own: whatever becomes of it, the agent goes on and says so."""

import json
import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from forms import ROBIN, para, read, table_of, word_file, write_form
from hypothesis import given
from hypothesis import strategies as st

from agent import documents
from agent.documents import wire
from agent.documents.parts import LeftOut
from agent.documents.worker import Limits, Worker
from agent.errors import StoreError
from agent.model.document import Cell, Document, Paragraph, Table
from agent.model.message import Part

FORM = write_form(ROBIN)
MIB = 1024 * 1024


class Misread(Worker):
    """A worker whose process obeys the files it reads."""

    command = (sys.executable, "-I", "-B", str(Path(__file__).parent / "misreader.py"))


def quick(**limits: float) -> Limits:
    """Return the usual limits with little time, so that no test waits long."""
    return Limits(**{"wall_s": 2.0, "memory_bytes": 512 * MIB, **limits})


def part(content: bytes, name: str = "form.docx") -> Part:
    return Part(name, "application/octet-stream", content)


def told(worker: Worker, deed: bytes = b"nothing") -> dict[str, str]:
    """Return what the misled process says of itself after doing as told."""
    document = worker.read(part(deed))
    return {block.place: block.text for block in document.blocks}


def test_a_form_read_by_the_worker_is_the_form_read_here():
    nested = word_file(
        para("Before") + table_of(("Name", table_of(("a", "b")) + para("after")), ("Zoë\ud7ff", ""))
    )
    with Worker() as worker:
        for content in (FORM, nested, b"", b"no form", FORM[:2000]):
            assert worker.read(part(content)) == read(content)


def test_files_left_out_are_told_as_such():
    left = LeftOut("scan.pdf and 3 more", "", b"", "too_many_files")

    with Worker() as worker:
        assert worker.read(left) == documents.read(left)


@pytest.mark.parametrize(
    ("deed", "problem"),
    [
        (b"sleep", "too_slow"),
        (b"half an answer", "too_slow"),
        (b"fill memory", "too_complex"),
        (b"be killed", "too_complex"),
        (b"recurse", "too_complex"),
        (b"fail", "crashed"),
        (b"leave", "crashed"),
        (b"break", "crashed"),
        (b"close the pipes", "crashed"),
        (b"claim 3 GB", "crashed"),
        (b"no JSON", "crashed"),
        (b"nested", "crashed"),
        (b"invented problem", "crashed"),
        (b"parts", "crashed"),
        (b"write a file", "crashed"),
    ],
)
def test_whatever_a_file_does_to_its_reader_the_next_one_is_read(deed, problem):
    with Misread(quick()) as worker:
        before = told(worker)["pid"]

        assert worker.read(part(deed)) == Document("form.docx", "unknown", problem=problem)
        assert told(worker)["pid"] != before


def test_a_file_that_spins_is_ended_by_its_processor_time():
    with Misread(quick(cpu_s=1, wall_s=60)) as worker:
        assert worker.read(part(b"spin")).problem == "too_slow"
        assert told(worker)["length"] == "7"


def test_processor_time_is_counted_anew_for_each_file():
    with Misread(quick(cpu_s=1, wall_s=60)) as worker:
        pids = {told(worker, b"work").get("pid") for _ in range(5)}

    assert None not in pids
    assert len(pids) == 1


def test_what_a_reader_prints_is_no_answer():
    with Misread(quick()) as worker:
        assert told(worker, b"print")["length"] == "5"


def test_the_reader_holds_no_secrets_no_files_and_no_rights_to_more(monkeypatch, tmp_path):
    monkeypatch.setenv("MAILBOX_PASSWORD", "hunter2")
    with (tmp_path / "mailbox.sqlite").open("wb") as database:
        os.set_inheritable(database.fileno(), True)
        with Misread(quick()) as worker:
            said = told(worker)

    assert said["environment"] == "LC_ALL"
    assert {one.partition(":")[0] for one in said["files"].split()} == {"/dev/null", "pipe"}
    assert said["limits"] == f"{512 * MIB} 32 0 0 0"


def test_one_process_reads_many_files_and_is_replaced_when_its_time_comes():
    with Misread(quick(requests=3)) as worker:
        pids = [told(worker)["pid"] for _ in range(7)]

    assert [pids.count(pid) for pid in dict.fromkeys(pids)] == [3, 3, 1]


def test_a_process_that_grew_is_replaced():
    with Misread(quick(growth_bytes=50 * MIB)) as worker:
        first = told(worker, b"keep memory")["pid"]
        second = told(worker)["pid"]

        assert first != second == told(worker)["pid"]


def test_a_process_that_died_between_two_files_costs_neither():
    with Misread(quick()) as worker:
        os.kill(pid := int(told(worker)["pid"]), signal.SIGKILL)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)

        assert told(worker)["length"] == "7"


def test_ctrl_c_at_the_terminal_does_not_end_the_file_in_hand():
    with Misread(quick()) as worker:
        pid = told(worker)["pid"]
        os.kill(int(pid), signal.SIGINT)

        assert told(worker)["pid"] == pid


def test_a_request_larger_than_any_pipe_reaches_the_reader_whole():
    with Misread(quick(wall_s=20)) as worker:
        assert told(worker, bytes(30 * MIB))["length"] == str(30 * MIB)


def test_threads_share_one_worker_and_each_gets_its_own_answer():
    files = [word_file(para(f"Letter {n}")) for n in range(40)]
    with Worker() as worker, ThreadPoolExecutor(8) as threads:
        read_by_threads = list(threads.map(lambda content: worker.read(part(content)), files))

    assert read_by_threads == [read(content) for content in files]


def test_closing_ends_the_process():
    worker = Misread(quick())
    pid = int(told(worker)["pid"])
    worker.close()

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert threading.active_count() == 1


@pytest.mark.parametrize(
    "command", [("/nowhere/python",), (sys.executable, "-c", "raise SystemExit(1)")]
)
def test_where_no_process_starts_nothing_is_said_about_the_file(command):
    class Missing(Worker):
        pass

    Missing.command = command
    with Missing() as worker, pytest.raises(StoreError, match="process that reads files"):
        worker.read(part(FORM))


texts = st.text(max_size=20)
cells = st.builds(Cell, texts, texts)
tables = st.builds(Table, st.lists(st.lists(cells, max_size=3).map(tuple)).map(tuple), texts)
nested = st.builds(Cell, texts, texts, st.lists(tables, min_size=1, max_size=2).map(tuple))
blocks = st.one_of(
    st.builds(Paragraph, texts, texts),
    tables,
    st.builds(
        Table, st.lists(st.lists(nested, max_size=2).map(tuple), max_size=2).map(tuple), texts
    ),
)


@given(st.lists(blocks, max_size=4).map(tuple), st.sampled_from([None, "empty", "broken"]))
def test_a_document_passes_unchanged(content, problem):
    document = Document("a.docx", "docx", content, problem, ("macros",))
    _, text = wire.encode_answer(document)

    assert wire.decode_answer(text, b"", "a.docx") == document


def test_files_pass_unchanged_whatever_their_names():
    files = (Part("a\udce9.docx", "x/y", FORM), LeftOut("b", "", b"", "password"), part(b""))
    _, text, *contents = wire.encode_answer(files)

    assert wire.decode_answer(text, b"".join(contents), "mail.msg") == files


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
)


@given(
    st.binary(max_size=40)
    | json_values.map(lambda value: json.dumps(value).encode())
    | st.tuples(st.sampled_from(["document", "parts", "failed"]), json_values).map(
        lambda value: json.dumps(value).encode()
    ),
    st.binary(max_size=5),
)
def test_no_answer_of_a_reader_taken_over_does_more_than_be_refused(text, files):
    try:
        answer = wire.decode_answer(text, files, "a.docx")
    except wire.WireError:
        return
    assert isinstance(answer, Document | tuple | str)


@pytest.mark.parametrize(
    "said", [["parts", [["a", "b", 9, None]]], ["parts", [["a", "b", -1, None]]]]
)
def test_files_must_be_as_long_as_they_are_said_to_be(said):
    with pytest.raises(wire.WireError):
        wire.decode_answer(json.dumps(said).encode(), b"12345", "a.zip")


def test_a_document_too_long_to_pass_is_not_begun():
    long = "x" * (wire.MAX_TEXT_BYTES // 2)

    with pytest.raises(wire.TooLong):
        wire.encode_answer(Document("a", "text", (Paragraph(long, "1"), Paragraph(long, "2"))))
