"""Fills a mailbox for measuring: any number of mails in the mixture of a busy partnership.

The two Word forms are made once and then only their words exchanged, so that a thousand mails take
seconds; every file is still a whole Word file of the usual size.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import Any
from xml.sax.saxutils import escape

from agent.samples.forms import pack_entry, write_referral_form, write_scoping_return
from agent.samples.mime import (
    WORD,
    Envelope,
    file_part,
    multipart,
    raw_part,
    text_part,
    write_mail,
)

FIRST_AT = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
TOKEN = re.compile(r"@@([a-z_]+)@@")
BODY = "word/document.xml"

GIVEN = (
    *("Ada", "Ben", "Cleo", "Dylan", "Elin", "Farah", "Gus", "Hana", "Ivo", "Jaya"),
    *("Kofi", "Lena", "Milo", "Nia", "Otis", "Pia", "Quin", "Rosa", "Sami", "Tess"),
)
BEGIN = ("Ash", "Birk", "Corn", "Dray", "Elm", "Fen", "Glen", "Hart", "Isle", "Kirk")
MIDDLE = ("el", "er", "ing", "or", "ow", "un", "wald", "y", "an", "is")
FINISH = ("bourne", "by", "combe", "dale", "field", "ford", "ham", "ley", "ton", "wick")
AGENCIES = (
    ("police.northshire.example", "Northshire Police", "Detective Sergeant"),
    ("southwood-nhs.example", "Southwood Hospital NHS Trust", "Named Nurse"),
    ("northshire.example", "Northshire Council", "Team Manager"),
    ("southwoodhigh.example", "Southwood High School", "Deputy Head"),
    ("southwoodhomes.example", "Southwood Homes", "Tenancy Manager"),
)
STORY = (
    "The family has been known to several services since {year}. Concerns were recorded about "
    "missed appointments, the state of the home and who was living there. On the day in question "
    "the child was taken to hospital with injuries that the adults could not explain. "
)
# Ten mails of the mixture: the shuffled mailbox has each in the same proportion.
MIXTURE = (
    *("referral", "return", "return", "return", "return"),
    *("nil", "nil", "automatic", "automatic", "ordinary"),
)


def bench_mails(count: int, seed: int) -> Iterator[bytes]:
    """Yield `count` mails in arrival order, the same ones for the same seed.

    In every ten: one new referral (each of another child), four returns with a Word form,
    two nil returns, two automatic mails (out of office, delivery failure) and an ordinary one; the
    order is shuffled over the whole.
    """
    random = Random(seed)
    sorts = [MIXTURE[number % len(MIXTURE)] for number in range(count)]
    random.shuffle(sorts)
    for number, sort in enumerate(sorts):
        yield WRITERS[sort](number, random)


def _referral(number: int, random: Random) -> bytes:
    domain, agency, role = random.choice(AGENCIES)
    answers = _answers(number, random, agency, role)
    entity = multipart(
        "mixed",
        [
            text_part("Dear colleagues,\n\nplease find our referral attached.\n"),
            file_part("Referral form.docx", WORD, _filled("referral", answers)),
        ],
    )
    return write_mail(_envelope(number, f"Sam Vale <sam.vale@{domain}>", "Referral"), entity)


def _return(number: int, random: Random) -> bytes:
    domain, agency, role = random.choice(AGENCIES)
    answers = _answers(number, random, agency, role)
    entity = multipart(
        "mixed",
        [
            text_part("Please find our completed form attached.\n\nKim\n"),
            file_part("Scoping form.docx", WORD, _filled("return", answers)),
        ],
    )
    subject = f"RE: Information request {number:05}"
    return write_mail(_envelope(number, f"Kim Field <kim.field@{domain}>", subject), entity)


def _nil(number: int, random: Random) -> bytes:
    domain = random.choice(AGENCIES)[0]
    words = random.choice(("Not known here.", "No trace on our systems.", "Nil return from us."))
    text = (
        f"{words}\n\nJo\n\nFrom: Reviews <reviews@northshirescp.example>\n"
        f"Subject: Information request {number:05}\n\nDear colleague, we ask you to complete ...\n"
    )
    subject = f"RE: Information request {number:05}"
    return write_mail(_envelope(number, f"Jo March <jo.march@{domain}>", subject), text_part(text))


def _automatic(number: int, random: Random) -> bytes:
    domain = random.choice(AGENCIES)[0]
    text = text_part("I am out of the office until Monday. For urgent matters ring 01632 960145.\n")
    subject, extra = "Automatic reply: Information request", ("Auto-Submitted: auto-replied",)
    if random.random() < 0.4:
        subject = "Delivery Status Notification (Failure)"
        status = f"Final-Recipient: rfc822; gone@{domain}\nAction: failed\nStatus: 5.1.1\n"
        reporter = f"Reporting-MTA: dns; mx.{domain}\n\n"
        parts = [text_part("Your mail was not delivered.\n")]
        text = multipart(
            "report; report-type=delivery-status",
            [*parts, raw_part("message/delivery-status", reporter + status)],
        )
    envelope = _envelope(number, f"Pat Lowe <pat.lowe@{domain}>", subject, "", extra)
    return write_mail(envelope, text)


def _ordinary(number: int, random: Random) -> bytes:
    domain = random.choice(AGENCIES)[0]
    asks = random.choice(
        (
            "Could I book a place on the course next month, please?",
            "Attached are no papers yet, they follow tomorrow. The agenda stays as it was.",
            "Thank you for the slides. When is the next meeting of the learning group?",
        )
    )
    text = text_part(f"Hello,\n\n{asks}\n\nAlex\n01632 960110\n")
    return write_mail(_envelope(number, f"Alex Wood <alex.wood@{domain}>", "A question"), text)


WRITERS: Mapping[str, Callable[[int, Random], bytes]] = {
    "referral": _referral,
    "return": _return,
    "nil": _nil,
    "automatic": _automatic,
    "ordinary": _ordinary,
}


def _envelope(
    number: int,
    sender: str,
    subject: str,
    bounce_to: str | None = None,
    extra: tuple[str, ...] = (),
) -> Envelope:
    received_at = FIRST_AT + timedelta(minutes=number)
    return Envelope("exchange", sender, subject, received_at, bounce_to=bounce_to, extra=extra)


def _answers(number: int, random: Random, agency: str, role: str) -> dict[str, str]:
    """Return a form's answers; name and birth date differ for every number."""
    child, rest = GIVEN[number % len(GIVEN)], number // len(GIVEN)
    surname = BEGIN[rest % 10] + MIDDLE[rest // 10 % 10] + FINISH[rest // 100 % 10]
    born_on = datetime(2012, 1, 1, tzinfo=UTC) + timedelta(days=number * 37 % 4900)
    incident_on = FIRST_AT - timedelta(days=random.randrange(1, 20))
    story = STORY.format(year=random.randrange(2015, 2026))
    return {
        "child_name": f"{child} {surname}",
        "child_dob": f"{born_on:%d/%m/%Y}",
        "referral_date": f"{FIRST_AT:%d/%m/%Y}",
        "date_completed": f"{FIRST_AT:%d/%m/%Y}",
        "incident_date": f"Serious incident {incident_on:%d/%m/%Y}",
        "referrer_agency": agency,
        "referrer_role": role,
        "agency_name": agency,
        "respondent_role": role,
        "long": story * random.randrange(2, 6),
        "short": random.choice(("No", "Yes", "Not known to us", "None")),
    }


@cache
def _template(form: str) -> tuple[tuple[str, bytes], ...]:
    """Return the parts of a form whose every answer is a token naming a key of `_answers`."""
    write = write_referral_form if form == "referral" else write_scoping_return
    with zipfile.ZipFile(io.BytesIO(write(_tokens()))) as packed:
        return tuple((name, packed.read(name)) for name in packed.namelist())


def _tokens() -> dict[str, Any]:
    own = "child_name child_dob referral_date date_completed incident_date referrer_agency"
    named = f"{own} referrer_role agency_name respondent_role".split()
    short = "child_address child_gender looked_after criminal_investigation coroner dsl_agency"
    long = "summary reason_for_referral involvement_summary practice_analysis"
    return {
        **{key: f"@@{key}@@" for key in named},
        **dict.fromkeys(f"{short} other_agencies_known further_info".split(), "@@short@@"),
        **dict.fromkeys(long.split(), "@@long@@"),
        "referrer_name": "Sam Vale",
        "dsl_name": "Robin Shore",
        "respondent_name": "Kim Field",
        "family": [{"name": "A parent", "relationship": "Mother", "dob": "N/K"}] * 3,
        "chronology": [{"when": "@@referral_date@@", "event": "@@short@@"}] * 5,
    }


def _filled(form: str, answers: Mapping[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compresslevel=1) as target:
        for name, content in _template(form):
            if name == BODY:
                text = TOKEN.sub(lambda token: escape(answers[token[1]]), content.decode())
                content = text.encode()
            target.writestr(pack_entry(name), content)
    return packed.getvalue()
