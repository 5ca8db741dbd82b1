"""What it costs to know what a mail is, and to read a form in the reading process."""

import time
from collections.abc import Callable

from agent.area import load_area
from agent.classify import classify
from agent.documents.worker import Worker
from agent.extract import extract
from agent.gather import gather
from agent.match import keys_of, match
from agent.model.message import Part
from agent.ownwords import own_words
from agent.parse import parse
from agent.pipeline import read_mail
from agent.profile import Office
from agent.samples import bench_mails, write_referral_form
from agent.screen import screen
from tests.bench.metering import used_s
from tests.bench.rows import Row
from tests.desk import ROBIN, SITE

SEED = 8
JUDGED_MS, READ_MS = 2.0, 4.0
FORMS = 200


def measure_judging(mails: int, say: Callable[[str], None]) -> list[Row]:
    """Return the rows: screen, classify and match together, and reading a form."""
    office, _ = load_area("northshire", SITE)
    say(f"judging: {mails} mails, {FORMS} forms")
    judged_ms = _judge(office, mails) * 1000 / mails
    read_ms = _read_forms(office) * 1000 / FORMS
    return [
        Row(
            "own words, screening, what rules ask about, classify, match: CPU a mail",
            f"{judged_ms:.2f} ms",
            f"under {JUDGED_MS:.0f} ms",
            judged_ms < JUDGED_MS,
        ),
        Row(
            "a Word form of 40 kB read in its own process and extracted: CPU of both",
            f"{read_ms:.2f} ms",
            f"under {READ_MS:.0f} ms",
            read_ms < READ_MS,
        ),
    ]


def _judge(office: Office, mails: int) -> float:
    """Return the CPU seconds of every stage from own words to match, files and forms apart."""
    known = [(parse(raw), read_mail(office, raw).reading) for raw in bench_mails(mails, SEED)]
    began = time.process_time()
    for message, reading in known:
        words = own_words(message, office.banners)
        screening = screen(message, office.screening, office.site.addresses)
        again = gather(office, message, words, screening, reading.documents, reading.forms)
        facts = classify(again, office.rules, office.phrases)
        keys_of(facts, office.profile.prefix, b"bench")
        match(facts, (), office.limits.match)
    return time.process_time() - began


def _read_forms(office: Office) -> float:
    """Return the CPU seconds of so many forms; starting the process is paid once in 500."""
    form = Part("form.docx", "", write_referral_form(ROBIN))
    return _spent_on(office, form, FORMS + 1) - _spent_on(office, form, 1)


def _spent_on(office: Office, form: Part, times: int) -> float:
    began = used_s()
    with Worker() as worker:
        for _ in range(times):
            extract(worker.read(form), office.layouts)
    return used_s() - began
