"""`mailbox-agent rules check`: what somebody who edits the rules is told before they are used."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from agent.config import shipped
from agent.errors import RuleError
from agent.rulecheck import check_rules, find_sources
from tests.rulefolders import folder_of, rule, told

LAST = rule("last", "when = { always = true }")
THANKS = rule("thanks", 'when = { says = ["thanks"] }')
ENQUIRY = rule("enquiry", 'when = { says = ["enquiry"] }')


def test_rules_in_order_are_not_complained_of(tmp_path: Path) -> None:
    narrow = rule("thanks-in-answers", 'when = { says = ["thanks"], is_reply = true }')
    asks = rule("asks", 'when = { says = ["enquiry", "thanks"] }\nunless = { is_reply = true }')
    rest = rule("rest", 'when = { says = ["thanks"] }\nunless = { sender_is = ["known"] }')
    twice = rule("often", 'when = { tells = ["thanks", 2] }')
    also = '[[also]]\nkind = "enquiry"\nbeside = ["unrelated"]\nwhen = { says = ["enquiry"] }\n'

    assert told(folder_of(tmp_path, narrow + twice + asks + rest + THANKS + LAST + also)) == []


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ('when = { says = ["thanks"] }', 'when = { says = ["thanks"], is_reply = true }'),
        ('when = { says = ["thanks", "enquiry"] }', 'when = { says = ["enquiry"] }'),
        ('when = { says = ["thanks"] }', 'when = { tells = ["thanks", 3] }'),
        ('when = { tells = ["thanks", 2] }', 'when = { tells = ["thanks", 3] }'),
        ('when = { says = ["thanks"] }', 'when = { says = ["enquiry"], also_says = ["thanks"] }'),
        ("when = { at_most_words = 20 }", "when = { at_most_words = 10 }"),
        (
            "when = { has_document = false }",
            "when = { is_reply = true }\nunless = { has_document = true }",
        ),
        ('when = { header_present = "X-A" }', 'when = { header_is = ["X-A", "b"] }'),
        (
            'when = { is_reply = true }\nunless = { says = ["thanks"] }',
            'when = { is_reply = true }\nunless = { says = ["enquiry", "thanks"] }',
        ),
    ],
)
def test_a_rule_is_told_when_an_earlier_one_takes_all_its_mails(
    tmp_path: Path, earlier: str, later: str
) -> None:
    table = rule("first", earlier) + rule("second", later) + THANKS + ENQUIRY + LAST
    found = {where: wrong for where, wrong, _ in told(folder_of(tmp_path, table))}

    assert found["rule `second`"] == (
        "It is never reached: every mail it would take goes to `first`."
    )
    assert "rule `first`" not in found


def test_a_rule_is_told_when_two_earlier_ones_share_its_mails(tmp_path: Path) -> None:
    both = rule("both", 'when = { says = ["enquiry", "thanks"] }')
    found = told(folder_of(tmp_path, THANKS + ENQUIRY + both + LAST))

    wrong = "It is never reached: every mail it would take goes to `enquiry`, `thanks`."
    assert found == [("rule `both`", wrong, False)]


def test_what_stands_behind_a_rule_for_every_mail_is_told_once(tmp_path: Path) -> None:
    found = told(folder_of(tmp_path, LAST + THANKS + ENQUIRY))

    wrong = "It holds for every mail: 2 rules after it are never reached: `thanks`, `enquiry`."
    assert found == [("rule `last`", wrong, False)]


IMPOSSIBLE = (
    'when = { says = ["thanks"] }\nunless = { says = ["enquiry", "thanks"] }',
    "when = { is_reply = true }\nunless = { is_reply = true }",
    "when = { is_reply = true }\nunless = { always = true }",
    "when = { says = [] }",
)


@pytest.mark.parametrize("asked", IMPOSSIBLE)
def test_a_rule_that_excludes_what_it_asks_for_is_told(tmp_path: Path, asked: str) -> None:
    found = told(folder_of(tmp_path, rule("odd", asked) + THANKS + ENQUIRY + LAST))

    assert [(where, wrong[:14]) for where, wrong, _ in found] == [("rule `odd`", "It never holds")]


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ("when = { guess = 1 }", "It asks for `guess`, which does not exist."),
        ('when = { says = ["nobody"] }', "It asks for the phrases `nobody`; no words.toml has"),
        ('when = { tells = ["nobody", 2] }', "It asks for the phrases `nobody`; no words.toml"),
        ('when = { says = "thanks" }', "`says = 'thanks'` is not what `says` takes."),
        ('when = { is_reply = "yes" }', "`is_reply = 'yes'` is not what `is_reply` takes."),
        ('when = { at_most_words = "9" }', "`at_most_words = '9'` is not what"),
        ('when = { tells = ["thanks"] }', "`tells = ['thanks']` is not what `tells` takes."),
        ('when = { header_is = "X-A" }', "`header_is = 'X-A'` is not what `header_is` takes."),
        ("whn = { always = true }", "unknown key `whn`: did you mean `when`?"),
    ],
)
def test_a_rule_the_agent_cannot_work_with_stops_it(tmp_path: Path, asked: str, wrong: str) -> None:
    found = told(folder_of(tmp_path, rule("odd", asked) + THANKS + ENQUIRY + LAST))

    assert [where for where, _, stops in found if stops] == ["rule `odd`"]
    assert wrong in found[0][1]


def test_every_mistake_is_told_at_once_the_worst_first(tmp_path: Path) -> None:
    table = rule("a", "when = { guess = 1 }") + THANKS + THANKS + rule("b", "when = {}") + LAST
    found = told(folder_of(tmp_path, table, '[unused]\nwhy = "x"\nphrases = ["Thanks"]\n'))

    assert [(where, stops) for where, _, stops in found] == [
        ("[unused]", True),
        ("rule `b`", True),
        ("rule `a`", True),
        ("rule `thanks`", True),
        ("[unused]", False),
    ]
    assert "lower case" in found[0][1]


def test_words_that_can_never_come_up_are_told(tmp_path: Path) -> None:
    bounced = rule("bounced", 'when = { screened_as = ["bounced"] }')
    found = told(folder_of(tmp_path, bounced + THANKS + ENQUIRY + LAST))

    assert found == [("rule `bounced`", "`screened_as` never meets `bounced`.", False)]


def test_doubts_are_checked_like_rules(tmp_path: Path) -> None:
    doubt = '[[doubt]]\nagainst = [{}]\nwhy = "{}"\nlowers = 0.2\nwhen = {{ says = ["{}"] }}\n'
    doubts = doubt.format('"enquiry"', "odd", "nobody") + doubt.format("", "vain", "enquiry")
    found = told(folder_of(tmp_path, THANKS + LAST + doubts))

    assert [(where, stops) for where, _, stops in found] == [
        ("doubt `odd`", True),
        ("doubt `vain`", False),
    ]


def test_a_second_point_that_adds_nothing_is_told(tmp_path: Path) -> None:
    also = '[[also]]\nkind = "enquiry"\nbeside = [{}]\nwhen = {{ says = ["enquiry"] }}\n'
    points = also.format('"unrelated", "bounce"') + also.format('"bounce"') + also.format("")
    found = told(folder_of(tmp_path, THANKS + LAST + points))

    assert [(where, wrong.partition(":")[0]) for where, wrong, _ in found] == [
        ("second point `enquiry`", "It adds nothing"),
        ("second point `enquiry`", "It never holds"),
    ]


def test_lists_of_words_are_read_and_one_that_no_phrase_names_is_told(tmp_path: Path) -> None:
    lists = '[words]\nday = ["monday", "friday"]\nhour = ["noon"]\n'
    days = '[days]\nwhy = "x"\nphrases = ["by <day>", "by friday"]\n'
    table = THANKS + ENQUIRY + rule("days", 'when = { says = ["days"] }') + LAST

    assert told(folder_of(tmp_path, table, days + lists)) == [
        ("[days]", "`by friday`: It adds nothing: `by <day>` finds all that it finds.", False),
        ("[words] hour", "No phrase names this list of words.", False),
    ]


def eastmere(rules: Path, mail: str = "", words: str = "", letters: str = "") -> None:
    area = rules / "partnerships/eastmere"
    area.mkdir(parents=True)
    text = (shipped("rules") / "partnerships/northshire/profile.toml").read_text(encoding="utf-8")
    profile = text.replace('"northshire"', '"eastmere"').replace('"NOR"', '"EAS"')
    (area / "profile.toml").write_text(profile + letters, encoding="utf-8")
    (area / "mail.toml").write_text(mail, encoding="utf-8")
    (area / "words.toml").write_text(words, encoding="utf-8")


def test_an_areas_own_rules_are_checked_before_the_shared_ones(tmp_path: Path) -> None:
    rules = folder_of(tmp_path, THANKS + ENQUIRY + LAST)
    own = rule("lantern", 'when = { says = ["lantern"] }') + rule(
        "all-thanks", 'when = { says = ["thanks", "lantern"] }'
    )
    eastmere(rules, own, '[lantern]\nwhy = "x"\nphrases = ["lantern"]\n')

    [(where, wrong, stops)] = told(rules, "eastmere")

    assert (where, stops) == ("rule `thanks`", False)
    assert wrong.startswith("In eastmere it is never reached: every mail it would take goes to")
    assert "`all-thanks` of" in wrong
    assert told(rules) == []


def test_an_areas_mistakes_are_found_where_they_stand(tmp_path: Path) -> None:
    rules = folder_of(tmp_path, THANKS + ENQUIRY + LAST)
    eastmere(rules, THANKS)
    (rules / "partnerships/eastmere/word.toml").touch()

    found = check_rules(find_sources(None, rules), "eastmere")

    assert [(one.file.rpartition("/")[2], one.where, one.stops) for one in found] == [
        ("mail.toml", "rule `thanks`", True),
        ("word.toml", "", False),
    ]


def test_a_letter_that_there_is_not_stops_the_area(tmp_path: Path) -> None:
    rules = folder_of(tmp_path, THANKS + ENQUIRY + LAST)
    eastmere(rules, letters='\n[letters]\nno-such-letter = "auto"\n')

    [found] = check_rules(find_sources(None, rules), "eastmere")

    assert found.file.endswith("partnerships/eastmere/profile.toml")
    assert "there is no letter `no-such-letter`" in found.wrong
    assert (found.where, found.stops) == ("area eastmere", True)


def test_a_folder_that_holds_no_rules_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/mails.toml").touch()

    with pytest.raises(RuleError, match=r"holds no file of rules"):
        find_sources(None, tmp_path / "rules")
    with pytest.raises(RuleError, match="no such folder"):
        find_sources(None, tmp_path / "nowhere")
    with pytest.raises(RuleError, match="no partnership `atlantis`"):
        check_rules(find_sources(None), "atlantis")


def command(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "agent", "rules", "check", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"COLUMNS": "400"},
    )


def test_the_command_says_what_to_do_and_ends_with_0_where_nothing_stops(tmp_path: Path) -> None:
    rules = folder_of(tmp_path, THANKS + LAST + ENQUIRY)

    done = command("--rules", rules, "--partnership", "northshire")

    assert (done.returncode, done.stderr) == (0, "")
    assert f"{rules}/mail.toml  rule `last`  It holds for every mail: 1 rule" in done.stdout
    assert "Move it to the end of the last file." in done.stdout
    assert "1 found, 0 of them stop the agent." in done.stdout


def test_the_command_ends_with_78_where_the_agent_would_not_start(tmp_path: Path) -> None:
    rules = folder_of(tmp_path, rule("odd", "when = { guess = 1 }") + THANKS + ENQUIRY + LAST)

    done = command("--rules", rules)

    assert done.returncode == 78
    assert "rule `odd`" in done.stdout
    assert "STOPS: It asks for `guess`, which does not exist." in done.stdout


def test_the_shipped_rules_stop_nothing_and_each_can_be_reached() -> None:
    found = check_rules(find_sources(None))

    assert [one for one in found if one.stops or one.where.startswith(("rule", "second"))] == []
