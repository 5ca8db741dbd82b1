"""Banners, disclaimers, signatures are no words of the sender, and a tag is no subject."""

from pathlib import Path
from shutil import copyfile

import pytest
from test_ownwords import LETTER, OUTLOOK, RULES, html_words, words

from agent.banner_rules import load_banners
from agent.errors import RuleError

SAID = "Not known to any of our teams. I have checked both systems."

BANNERS = {
    "council": "CAUTION: This email originated from outside of the organisation. Do not click "
    "links or open attachments unless you recognise the sender and know the content is safe.",
    "NHSmail": "This message originated from outside of NHSmail. Please do not click links or open "
    "attachments unless you recognise the sender and know the content is safe.",
    "folded": "This message originated from outside of NHSmail. Please do not click links or open\n"
    "attachments unless you recognise the sender and know the content is safe.",
    "framed": "**********\nEXTERNAL EMAIL: This email came from outside Northshire Council.\n"
    "**********",
    "a head alone": "CAUTION:\nThis is an external email. Do not click on links.",
    "police": "WARNING - This message has been received from outside the police network. "
    "Report suspicious messages to the Cyber Team.",
    "school": "[EXTERNAL EMAIL] Please do not click on links or open attachments unless you trust "
    "the sender.",
    "signs": "⚠️ External sender. Take care when opening links or attachments.",
    "stars on the line": "*** WARNING: This email was sent from outside Northshire Police. Do not "
    "open links or attachments unless you know the content is safe. ***",
    "short": "EXTERNAL: Think before you click.",
    "Outlook": "You don't often get email from lee.brook@icb.northshire.example. Learn why this is "
    "important<https://aka.ms/LearnAboutSenderIdentification>",
    "with its own advice": "This email has originated from outside of the Council. If in doubt "
    "about an email, contact the ICT Service Desk on 01632 960100.",
    "Welsh": "Daeth yr e-bost hwn o'r tu allan i'r sefydliad. Peidiwch â chlicio ar ddolen.",
    "marking": "OFFICIAL - SENSITIVE",
    "marking, long": "Classification: OFFICIAL-SENSITIVE",
    "secure": "[SECURE]",
}


@pytest.mark.parametrize("banner", BANNERS.values(), ids=BANNERS)
def test_a_banner_is_not_the_senders_at_the_top_nor_at_the_bottom(banner):
    assert words(f"{banner}\n\n{SAID}\n").text == SAID
    assert words(f"{banner}\n{SAID}\n").text == SAID
    assert words(f"{SAID}\n\n{banner}\n\n{OUTLOOK}").text == SAID


def test_words_on_the_banners_own_line_are_kept():
    assert words(f"{BANNERS['council']} {SAID}").text == SAID
    assert html_words(f"<p>{BANNERS['NHSmail']}</p><p>{SAID}</p>").text == SAID


FOOTERS = {
    "NHSmail": "*" * 100 + "\n\nThis message may contain confidential information. If you are not "
    "the intended recipient please:\ni) inform the sender that you have received the message in "
    "error before deleting it; and\nii) do not disclose, copy or distribute information in this "
    "e-mail or take any action in relation to its content (to do so is strictly prohibited and may "
    "be unlawful).\nThank you for your co-operation.\n\nNHSmail is the secure email, collaboration "
    "and directory service available for all NHS staff in England. NHSmail is approved for "
    "exchanging patient data and other sensitive information with NHSmail and other accredited "
    "email services.\n\nFor more information and to find out how you can switch visit Joining "
    "NHSmail\n\n" + "*" * 100,
    "council": "This email and any attachments are confidential and intended solely for the use of "
    "the individual to whom they are addressed. If you have received this email in error please "
    "notify the sender and delete it.\n\nAny views or opinions expressed are those of the author "
    "and do not necessarily represent those of Northshire Council.\n\nNorthshire Council may "
    "monitor emails and disclose them under the Freedom of Information Act 2000.",
    "council, folded": "This email and any attachments are confidential and intended solely\nfor "
    "the individual to whom they are addressed. Any unauthorised use\nis prohibited. If you are "
    "not the intended recipient, delete it.",
    "police": "DISCLAIMER: This e-mail is intended only for the addressee. The views expressed are "
    "not necessarily those of Northshire Police. All messages may be monitored and recorded.",
    "environment": "Please consider the environment before printing this email",
    "virus": "This email has been scanned for viruses by the Northshire gateway.",
    "virus, freeware": "Virus-free. www.antivirus.example",
    "a heading": "CONFIDENTIALITY NOTICE\nThis e-mail is intended solely for the named recipient.",
    "a heading alone": "Disclaimer\n\nThe information contained in this communication from the "
    "sender is confidential. It is intended solely for use by the recipient.\n\nThis email has "
    "been scanned for viruses and malware, and may have been automatically archived.",
    "privacy": "For information about how we use your data see www.northshire.example/privacy\n"
    "Our privacy notice is at www.northshire.example",
    "Welsh": "Rydym yn croesawu gohebiaeth yn Gymraeg. We welcome correspondence in Welsh.",
    "phone": "Sent from my iPhone",
    "Outlook for iOS": "Get Outlook for iOS<https://aka.ms/o0ukef>",
}


@pytest.mark.parametrize("footer", FOOTERS.values(), ids=FOOTERS)
def test_a_footer_is_not_the_senders(footer):
    assert words(f"{SAID}\n\n{footer}\n").text == SAID
    found = words(f"{SAID}\n\nKind regards\nLee\n\n{footer}\n\n{OUTLOOK}")
    assert (found.text, found.signature) == (SAID, "Kind regards\nLee")


SIGNATURES = {
    "name": "Kind regards\nLee",
    "name and role": "Many thanks,\nLee Brook\nNamed Nurse for Safeguarding Children",
    "full": "Kind regards,\nLee Brook (she/her)\nNamed Nurse, Safeguarding Children\n"
    "Northshire Integrated Care Board\nCounty Hall, 1 High Street, Northshire\nT: 01632 960123\n"
    "E: lee.brook@icb.northshire.example\nMy working days are Monday to Thursday.",
    "bars": "Best wishes\nLee Brook | Named Nurse | Northshire ICB | 01632 960123",
    "on the line": "Regards, Lee",
    "nothing under it": "Kind regards",
    "both": "Thanks and kind regards\nLee Brook",
    "Welsh": "Diolch yn fawr,\nLee",
    "rank": "Regards\nDS 1234 Brook\nChild Abuse Investigation Team\nMobile: 01632 960456",
    "dashes": "-- \nLee Brook\nNorthshire ICB\nTel 01632 960123",
    "the bare name": "Lee",
    "the bare name and role": "Lee Brook\nNamed Nurse\n01632 960123",
    "team": "Yours sincerely\nSafeguarding Team\nNorthshire ICB",
}


@pytest.mark.parametrize("signature", SIGNATURES.values(), ids=SIGNATURES)
def test_a_signature_is_not_text(signature):
    found = words(f"Hi Anna\n\n{SAID}\n\n{signature}\n\n{OUTLOOK}")

    assert found.text == f"Hi Anna\n\n{SAID}"
    assert found.signature == signature.replace("-- ", "--")


NO_SIGNATURES = {
    "thanks in prose": "Many thanks for your letter. He is not known to us.",
    "thanks first": "Many thanks\n\nWe have no record of this child.",
    "thanks to somebody": "Thanks Anna\n\nWe have no record of this child.",
    "thanks alone": "Thanks",
    "children in a list": "Please check, thanks\n\nJay Smith 01/02/2019\nMia Smith 3/4/2021",
    "children after thanks": "We hold files on both\n\nMany thanks\nJay Smith\nDOB 01/02/2019",
    "a family after thanks": "Thanks\nMother: Dee Smith\nFather: unknown",
    "a long list": "The staff were\nThanks\n" + "\n".join(["Kit Ode", "Ash Vale"] * 12),
    "somebody else's name": "The allocated worker is\nKit Ode",
    "her own name as an answer": "The allocated worker is\nLee Brook",
    "dashes between parts": "Part one\n--\nWe will send part two on Monday, when it is ready.",
    "a question under it": "Not found.\n\nThanks\nCould you send the date of birth?",
    "views of the child": "The views of the child were sought.\nThe council may wish to know.",
    "a request": "Under the Freedom of Information Act I ask for the report.",
    "an unlucky mail": "I sent you a confidential email in error, please delete it and the copy.",
    "a warning of one's own": "Take care when visiting, the dog is loose. Do not tell the father.",
    "the marking in prose": "Restricted access to the file is agreed. Official figures follow.",
    "what cannot be accepted": "We cannot accept this as a referral, it needs a form.",
}


@pytest.mark.parametrize("body", NO_SIGNATURES.values(), ids=NO_SIGNATURES)
def test_what_only_looks_like_furniture_is_kept(body):
    assert words(body).text == body


def test_a_postscript_is_text():
    found = words(
        f"Not known here.\n\nKind regards\nLee\n\nPS the aunt is, since May.\n\n{OUTLOOK}"
    )

    assert found.text == "Not known here.\n\nPS the aunt is, since May."
    assert found.signature == "Kind regards\nLee"


def test_a_form_sent_without_a_word_has_none():
    found = words("Kind regards\nLee Brook\nNorthshire ICB")

    assert (found.text, found.signature) == ("", "Kind regards\nLee Brook\nNorthshire ICB")


def test_everything_at_once():
    found = words(
        f"{BANNERS['council']}\n\nOFFICIAL-SENSITIVE\n\nHi Anna,\n\n{SAID}\n\nKind regards\n\n"
        f"Lee Brook\nNamed Nurse\n\n{FOOTERS['NHSmail']}\n\n{BANNERS['NHSmail']}\n\n"
        f"________________________________\n{OUTLOOK}\n{FOOTERS['council']}",
        "[EXTERNAL] RE: OFFICIAL-SENSITIVE: RE: LSCP-2026-0007-K3F Request",
    )

    assert found.text == f"Hi Anna,\n\n{SAID}"
    assert found.signature == "Kind regards\nLee Brook\nNamed Nurse"
    assert found.quoted.startswith("_____")
    assert LETTER in found.quoted
    assert found.subject == "LSCP-2026-0007-K3F Request"


SUBJECTS = [
    ("RE: FW: Re: Referral", "Referral"),
    ("[EXTERNAL] RE: [SECURE] Referral", "Referral"),
    ("AW: WG: Referral", "Referral"),
    ("SV: RE[2]: Referral", "Referral"),
    ("#External: Referral", "Referral"),
    ("CJSM Referral", "Referral"),
    ("Referral CJSM", "Referral"),
    ("OFFICIAL-SENSITIVE: Referral", "Referral"),
    ("OFFICIAL - SENSITIVE - Referral", "Referral"),
    ("Referral [OFFICIAL-SENSITIVE]", "Referral"),
    ("Referral - OFFICIAL SENSITIVE", "Referral"),
    ("FW: [encrypt] Referral [secure]", "Referral"),
    ("RE: Referral: a question", "Referral: a question"),
    ("External review of a case", "External review of a case"),
    ("Official complaint", "Official complaint"),
    ("[LSCP-2026-0007-K3F] Request", "[LSCP-2026-0007-K3F] Request"),
    ("Restricted access", "Restricted access"),
    ("Re-referral of a family", "Re-referral of a family"),
    ("RE:", ""),
    ("", ""),
]


@pytest.mark.parametrize(("subject", "bare"), SUBJECTS)
def test_a_subject_is_read_without_its_tags(subject, bare):
    assert words(SAID, subject).subject == bare


def test_the_tag_of_a_list_is_no_subject():
    found = words(SAID, "[dsl-network] RE: Referral", headers={"List-Id": "<dsl.example>"})
    assert found.subject == "Referral"


@pytest.mark.parametrize("line", ['banners = ["Caution (", "x"]', "unknown_list = []"])
def test_a_wrong_entry_stops_the_start_naming_the_file(tmp_path, line):
    path = tmp_path / "banners.toml"
    copyfile(Path(__file__).parents[1] / "rules" / "banners.toml", path)
    whole = path.read_text(encoding="utf-8").replace("banners = [", "was = [", 1)
    path.write_text(f"{line}\n{whole}", encoding="utf-8")

    with pytest.raises(RuleError, match=r"banners\.toml"):
        load_banners(path)
    assert RULES.banners
