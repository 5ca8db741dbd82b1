"""What a browser may send that it should not: forged, stale, twice, too much, after the end; and
what strangers write that must not run. A clear page each time, never a 500, and nothing is done by
chance."""

import re

import httpx

from agent.store import actionlog
from agent.store.casefiles import get_case_file
from agent.store.pause import find_pause
from tests.mails import mail
from tests.webdesk import ANNA, DEV, LEAD, PASSWORD, Site, Visitor, serving


def _is_stopped(site: Site) -> bool:
    with site.database.read() as session:
        return find_pause(session) is not None


def test_a_form_without_our_marks_does_nothing(site, anna):
    for marks in ([], [("once", "x"), ("proof", "x")], [("once", ""), ("proof", "")]):
        anna.send("/northshire/stop", [("sending", "off"), *marks])
        assert anna.status == 403
        assert "did not come from a page of ours" in anna.text
    assert not _is_stopped(site)


def test_the_marks_of_another_persons_form_are_none(site, anna):
    with site.visitor(DEV) as dev:
        marks = dev.get("/northshire").fields("/northshire/stop")
    assert anna.send("/northshire/stop", marks).status == 403
    assert not _is_stopped(site)


def test_a_form_of_another_site_is_refused_before_it_is_read(site, anna):
    fields = dict(anna.get("/northshire").fields("/northshire/stop"))
    answer = anna.client.post(
        "/northshire/stop", data=fields, headers={"origin": "https://evil.example"}
    )
    assert answer.status_code == 403
    assert not _is_stopped(site)


def test_the_same_form_posted_twice_is_carried_out_once(site, anna):
    fields = anna.get("/northshire").fields("/northshire/stop")
    assert "All sending is stopped" in anna.send("/northshire/stop", fields).said
    again = [(name, "on" if name == "sending" else value) for name, value in fields]
    assert anna.send("/northshire/stop", again).status == 409
    assert "sent already" in anna.text
    assert _is_stopped(site)


def test_a_letter_that_somebody_else_settled_meanwhile_is_left_alone(site, anna):
    held = site.mails("held")[0]
    page = f"/northshire/outbox/{held.id}"
    anna.get(page)
    with site.visitor(LEAD) as lead:
        lead.get(page).post(f"{page}/cancel")
        assert "never leaves" in lead.said
    anna.post(f"{page}/release")
    assert anna.status == 422
    assert "Somebody has changed this mail meanwhile" in anna.problem
    assert [one.state for one in site.mails() if one.id == held.id] == ["cancelled"]


def test_a_case_that_moved_since_the_form_was_opened_is_looked_at_again_first(site, anna):
    ref = site.case(2)
    page = f"/northshire/cases/{ref}/record/partnership_notified"
    anna.get(page)
    with site.visitor(LEAD) as lead:
        lead.get(f"/northshire/cases/{ref}/record/panel_notified")
        lead.post(f"/northshire/cases/{ref}/record/panel_notified", on="2026-11-19")
        assert "Recorded" in lead.said
    anna.post(page, on="2026-11-18")
    assert "has changed since you opened this form" in anna.problem
    assert anna.page.get_element_by_id("on").get("value") == "2026-11-18", "what was typed stays"
    anna.post(page)
    assert "Recorded" in anna.said
    with site.database.read() as session:
        events = get_case_file(session, ref)[0].events
    assert [one.anchor for one in events].count("partnership_notified") == 1


def test_a_visit_ends_after_half_an_hour_without_a_page(site, anna):
    fields = anna.get("/northshire").fields("/northshire/stop")
    site.moments.passes(minutes=31)
    anna.send("/northshire/stop", fields)
    assert anna.status == 401
    assert "nothing of it was done" in anna.text
    assert not _is_stopped(site)
    assert anna.get("/northshire/cases").path == "/sign-in"


def test_a_visit_goes_on_while_it_is_used_and_ends_with_the_working_day(site, anna):
    for _ in range(23):
        site.moments.passes(minutes=29)
        assert anna.get("/northshire").path == "/northshire"
    site.moments.passes(hours=1)
    assert anna.get("/northshire").path == "/sign-in"


def test_signing_out_ends_the_visit_for_the_cookie_too(site, anna):
    cookie = anna.client.cookies["visit"]
    anna.get("/northshire").post("/sign-out")
    assert "You are signed out" in anna.text
    with Visitor(site.url) as thief:
        thief.client.cookies.set("visit", cookie)
        assert thief.get("/northshire").path == "/sign-in"


def test_signing_in_gives_a_new_cookie_that_no_script_reads(site):
    with site.visitor() as visitor:
        visitor.get("/sign-in")
        before = visitor.client.cookies["visit"]
        visitor.post("/sign-in", email=ANNA, password=PASSWORD)
        assert visitor.client.cookies["visit"] != before
    with httpx.Client(base_url=site.url) as client:
        said = client.get("/sign-in").headers["set-cookie"]
    assert "HttpOnly" in said
    assert "SameSite=lax" in said


def test_five_wrong_passwords_lock_the_account_for_a_quarter_of_an_hour(site):
    with site.visitor() as visitor:
        for _ in range(5):
            visitor.sign_in(ANNA, "wrong horse battery")
            assert visitor.status == 401
        assert visitor.sign_in(ANNA).status == 401, "the right one does not open it now"
        site.moments.passes(minutes=16)
        assert visitor.sign_in(ANNA).path == "/northshire"
    with site.database.read() as session:
        reasons = [line.reason for line in actionlog.show(session, limit=20)]
    assert any(reason.startswith("locked until") for reason in reasons)


def test_a_wrong_password_and_an_unknown_address_read_the_same(site):
    with site.visitor() as visitor:
        known = visitor.sign_in(ANNA, "wrong horse battery").problem
        unknown = visitor.sign_in("nobody@northshirescp.example", "wrong horse battery").problem
    assert known == unknown


def test_a_place_that_tries_too_often_is_slowed_down(site):
    with site.visitor() as visitor:
        for number in range(20):
            visitor.sign_in(f"nobody{number}@northshirescp.example", "wrong horse battery")
        assert visitor.sign_in(ANNA).status == 429
        site.moments.passes(minutes=2)
        assert visitor.sign_in(ANNA).path == "/northshire"


def test_after_the_sign_in_nobody_is_led_elsewhere(site):
    for there in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:x"):
        with site.visitor() as visitor:
            visitor.get(f"/sign-in?next={there}").post("/sign-in", email=ANNA, password=PASSWORD)
            assert visitor.path == "/northshire"
    with site.visitor() as visitor:
        visitor.get("/northshire/cases").post("/sign-in", email=ANNA, password=PASSWORD)
        assert visitor.path == "/northshire/cases"


def test_a_huge_form_and_a_huge_file_are_refused_with_a_page(anna):
    marks = anna.get("/northshire/register").fields("/northshire/register")
    anna.send("/northshire/register", marks, {"file": ("register.csv", b"x" * 3_000_000)})
    assert anna.status == 413
    assert "larger than is taken here" in anna.text
    anna.send("/northshire/cases", [("child", "x" * 3_000_000)])
    assert anna.status in (400, 413)
    many = [(f"field{number}", "x") for number in range(2_000)]
    anna.send("/northshire/cases", many)
    assert anna.status == 400
    assert "cannot be read as a form" in anna.text
    assert anna.get("/northshire").status == 200


def test_what_is_no_form_at_all_is_refused_with_a_page(anna):
    answer = anna.client.post(
        "/northshire/register",
        content=b"--x\r\nbroken",
        headers={"content-type": "multipart/form-data; boundary=x"},
    )
    assert answer.status_code in (400, 403)
    assert anna.client.put("/northshire").status_code == 405
    assert anna.get("/northshire").status == 200


def test_scripts_in_names_subjects_and_texts_are_shown_as_text(site, anna):
    evil = '<script>alert(1)</script><img src=x onerror="alert(2)">'
    site.receives(
        mail(
            f'"{evil}" <helen.varga@southwood-nhs.example>',
            subject=f"{evil} about a concern",
            body=f"{evil}\nCould you advise on a threshold question, please?\n",
            html=f"<p>{evil}<svg onload=alert(3)>Could you advise?</p><a href='javascript:x'>go</a>"
            "<img src='http://evil.example/x.png'><style>p{background:url(//evil.example)}</style>",
            attachments=[(f"{evil}.txt", b"hello", "text/plain")],
            message_id="<evil@southwood-nhs.example>",
        )
    )
    newest = anna.get("/northshire/log").answer.text
    row = site.newest().id
    shown = anna.get(f"/northshire/mails/{row}").answer.text
    assert "alert(1)" in shown
    for text in (newest, shown):
        assert not re.search(r"<script(?! type=\"module\" src=\"/assets/page.js\")", text)
        assert not re.search(r"<[^>]+\son\w+\s*=", text)
        assert "evil.example" not in text.replace("//evil.example", "")
        assert "javascript:" not in text


def test_nothing_of_a_page_comes_from_elsewhere_or_is_kept(anna):
    headers = anna.get("/northshire/cases").answer.headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert not re.search(r'(?:src|href)="(?:https?:)?//', anna.answer.text)
    assert not re.search(r"\sstyle=", anna.answer.text)


def test_behind_https_the_cookie_and_the_browser_insist_on_it(made_office, tmp_path):
    extra = 'public_url = "https://reviews.northshirescp.example"\n'
    with serving(made_office, tmp_path, extra) as site:
        port = site.config.web.port
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            answer = client.get("/sign-in")
    assert "Secure" in answer.headers["set-cookie"]
    assert answer.headers["strict-transport-security"].startswith("max-age=")


def test_who_looked_at_a_case_a_mail_and_a_letter_stands_in_the_log(site, anna):
    ref, letter = site.case(1), site.mails("held")[0].id
    anna.get(f"/northshire/cases/{ref}").get("/northshire/mails/1")
    anna.get(f"/northshire/outbox/{letter}")
    with site.database.read() as session:
        lines = [one for one in actionlog.show(session, limit=9) if one.action.endswith("read")]
        assert actionlog.verify(session).ok
    assert [(line.action, line.actor) for line in lines] == [
        ("case read", ANNA),
        ("mail read", ANNA),
        ("letter read", ANNA),
    ]
