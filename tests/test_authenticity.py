"""Is a mail from whom it says, and what is told apart from an ordinary stranger?"""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mails import MAILBOX, mail

from agent.authenticity import judge_sender
from agent.lookalike import find_lookalike
from agent.model.register import Agency, Contact, Register
from agent.model.sender import SenderStanding
from agent.parse import parse
from agent.screening_rules import load_screening

RULES = load_screening(Path(__file__).parents[1] / "rules" / "screening.toml")
US = "mx.lscp.example"
DOMAIN = "police.northshire.example"
ANNA = f"anna.marsh@{DOMAIN}"
POLICE = Agency(
    "police",
    "Northshire Police",
    "statutory_partner",
    (Contact("Anna Marsh", "DI", ANNA, (f"a.marsh@{DOMAIN}.cjsm.net",)),),
    (DOMAIN,),
)
ICB = Agency(
    "icb", "ICB", "other", (Contact("The Nurse", "", "nurse@icb.gov.uk"),), ("icb.gov.uk",)
)
REGISTER = Register((POLICE, ICB))


def judged(raw: bytes, authserv_id: str = US) -> SenderStanding:
    return judge_sender(parse(raw), authserv_id, REGISTER, {"lscp.example"}, RULES)


def with_results(*values: str, sender: str = f"Anna Marsh <{ANNA}>", top: bool = False) -> bytes:
    """A mail with these headers, in order, below its Received or above everything."""
    lines = "".join(f"Authentication-Results: {value}\r\n" for value in values).encode()
    raw = mail(sender=sender)
    return lines + raw if top else raw.replace(b"MIME-Version", lines + b"MIME-Version", 1)


PASS = (
    f"spf=pass smtp.mailfrom={DOMAIN}; dkim=pass header.d={DOMAIN}; dmarc=pass header.from={DOMAIN}"
)
FAIL = f"spf=softfail smtp.mailfrom=evil.example; dkim=none; dmarc=fail header.from={DOMAIN}"
EXCHANGE = (
    "spf=fail (sender IP is 203.0.113.9) smtp.mailfrom=evil.example; dkim=none (message not"
    f" signed) header.d=none;dmarc=fail action=none header.from={DOMAIN};compauth=fail reason=000"
)


@pytest.mark.parametrize(
    ("raw", "verdict"),
    [
        (mail(), "not_checked"),
        (with_results(f"{US}; {PASS}"), "passed"),
        (with_results(f"MX.lscp.example 1; {PASS}"), "passed"),
        (with_results(f"{US}; dmarc=pass (p=none dis=none) header.from={DOMAIN}"), "passed"),
        (with_results(f"{US}; {FAIL}"), "failed"),
        (with_results(f"{US}; none"), "not_checked"),
        (with_results(f"{US}; spf=pass smtp.mailfrom={DOMAIN}"), "not_checked"),
        (with_results(f"{US}; spf=softfail; dkim=fail; dmarc=none"), "not_checked"),
        (with_results(f"{US}; spf=fail; dkim=pass header.d={DOMAIN}; dmarc=none"), "not_checked"),
        (with_results(f"{US}; spf=fail; dkim=none; dmarc=none"), "failed"),
        (with_results(f"{US}; dmarc=temperror"), "not_checked"),
        (with_results("mx.elsewhere.example; " + PASS), "not_checked"),
        (with_results("mx.elsewhere.example; " + FAIL), "not_checked"),
        (with_results(f"{US}.evil.example; {PASS}"), "not_checked"),
        # What lies below our own header came with the mail.
        (with_results(f"{US}; {FAIL}", f"{US}; {PASS}"), "failed"),
        (with_results(f"{US}; {FAIL}", "other.example; none", f"{US}; {PASS}"), "failed"),
        (with_results("inner.example; none", f"{US}; {FAIL}", f"x.example; {PASS}"), "failed"),
        (with_results(f"{US}; spf=pass", f"{US}; dmarc=fail"), "failed"),
        # What a sender can have written into the words of our header.
        (with_results(f'{US}; spf=fail smtp.mailfrom="x; dmarc=pass;"; dmarc=fail'), "failed"),
        (with_results(f"{US}; spf=none (x; dmarc=pass; (y) z); dmarc=fail"), "failed"),
        (with_results(f"{US}; dmarc=pass header.from=evil.example"), "not_checked"),
        # Exchange Online writes no name.
        (with_results(EXCHANGE, top=True), "failed"),
        (with_results(PASS, top=True), "passed"),
        (with_results(PASS, f"{US}; {PASS}"), "not_checked"),
    ],
)
def test_only_our_own_servers_word_counts(raw, verdict):
    found = judged(raw)

    assert found.verdict == verdict
    assert found.ceiling == (verdict == "failed")
    assert found.verified == (verdict != "failed")
    assert found.known is POLICE


@pytest.mark.parametrize("raw", [with_results(f"{US}; {FAIL}"), with_results(EXCHANGE, top=True)])
def test_without_a_configured_server_nothing_is_checked_and_nothing_forbidden(raw):
    found = judged(raw, authserv_id="")

    assert (found.verdict, found.ceiling, found.verified) == ("not_checked", False, True)


def test_exchange_online_writes_below_its_own_hops_and_only_its_topmost_counts():
    raw = with_results(EXCHANGE, PASS)

    assert judged(raw, "lscp-example.mail.protection.outlook.com").verdict == "failed"
    assert judged(raw).verdict == "not_checked"


def test_the_words_of_the_check_are_kept_as_evidence():
    found = judged(with_results(f"{US}; {FAIL}"))

    assert [one.snippet for one in found.evidence] == [
        "spf=softfail smtp.mailfrom=evil.example",
        "dkim=none",
        f"dmarc=fail header.from={DOMAIN}",
    ]


@pytest.mark.parametrize(
    "sender",
    [
        "Anna Marsh <anna.marsh@gmail.com>",
        '"MARSH, Anna (DI)" <am@else.example>',
        "Northshire Police <news@else.example>",
        f'"{ANNA}" <am@else.example>',
        f'"Anna [{ANNA}]" <am@else.example>',
        '"reviews@lscp.example" <am@else.example>',
        "Ben <ben@police.north-shire.example>",
        "Ben <ben@police.northshire.test>",
        "Ben <ben@police.northshlre.example>",
        "Ben <ben@northhshire.example>",
        "Ben <ben@police-northshire.example>",
        "Ben <ben@police.northshire.example.evil.test>",
        "Ben <ben@1scp.example>",
        "Ben <ben@icb-gov.uk>",
        "Ben <ben@xn--nrthshire-0jg.example>",
    ],
)
def test_who_dresses_as_somebody_known_gets_a_receipt_at_most(sender):
    found = judged(mail(sender=sender))

    assert found.ceiling
    assert not found.verified
    assert found.evidence[0].place == "header From"


@pytest.mark.parametrize(
    "sender",
    [
        f"Anna Marsh <{ANNA}>",
        f'"{ANNA}" <{ANNA}>',
        f"Anna Marsh <new.address@{DOMAIN}>",
        f"Anna Marsh <anna.marsh@{DOMAIN}.cjsm.net>",
        "Anna Marshall <a.marshall@else.example>",
        "The Nurse <nurse@surgery.example>",
        "Police <ben@else.example>",
        "Safeguarding Team <team@southshire.gov.uk>",
        "Ben <ben@housing.northshire.example>",
        "Ben <ben@icc.gov.uk>",
        "Ben <ben@else.example>",
        '"jo@home.example" <jo@else.example>',
        "Northshire Police <desk@lscp.example>",
        "nobody",
    ],
)
def test_strangers_and_neighbours_are_no_impostors(sender):
    assert not judged(mail(sender=sender)).ceiling


@pytest.mark.parametrize(
    ("reply_to", "ceiling"),
    [
        ("anna.marsh@gmail.com", True),
        ("Anna Marsh <x@police.northshlre.example>", True),
        (f"desk@{DOMAIN}, x@else.example", True),
        (f"desk@{DOMAIN}", False),
        ("desk@northshire.example", False),
        (f"a.marsh@{DOMAIN}.cjsm.net", False),
        (MAILBOX, False),
    ],
)
def test_an_answer_that_would_go_elsewhere_sets_a_ceiling(reply_to, ceiling):
    found = judged(mail(sender=ANNA, headers={"Reply-To": reply_to}))

    assert found.ceiling == ceiling
    assert found.known is POLICE


def test_two_senders_of_which_one_is_known_are_not_believed():
    raw = b"From: x@else.example\r\n" + mail(sender=ANNA)

    assert judged(raw).ceiling


@pytest.mark.parametrize(
    ("domain", "imitated"),
    [
        ("modern-care.example", None),
        ("rnodern.example", "modern.example"),
        ("modem.example", "modern.example"),
        ("m0dern.example", "modern.example"),
        ("modrn.example", "modern.example"),
        ("mdoern.example", "modern.example"),
        ("moderns.example", "modern.example"),
        ("modern.co", "modern.example"),
        ("mödern.example", "modern.example"),
        ("sub.modern.example", None),
        ("nhs.nett", "nhs.net"),
        ("nhs.co", "nhs.net"),
        ("gmail.com", None),
        ("", None),
    ],
)
def test_a_domain_is_compared_as_the_eye_takes_it(domain, imitated):
    guarded = {"modern.example", "nhs.net"}

    assert find_lookalike(domain, guarded, RULES.restricted_suffixes) == imitated


HEADERS = st.sampled_from(["From", "Reply-To", "Authentication-Results", "Received"])
WORDS = st.lists(
    st.sampled_from(
        ["anna", "@", "xn--", "police", ".", "-", "<", ">", "(", '"', ";", US, "dmarc=fail"]
    )
    | st.text(max_size=8)
).map("".join)


@settings(deadline=None)
@given(st.lists(st.tuples(HEADERS, WORDS), max_size=6), st.binary(max_size=60))
def test_whatever_the_headers_are_there_is_a_judgement(fields, body):
    head = "".join(f"{name}: {value}\n" for name, value in fields).encode("utf-8", "replace")

    found = judged(head + b"\n" + body)

    assert found.verified <= (not found.ceiling)
    assert found.ceiling or found.verdict != "failed"
