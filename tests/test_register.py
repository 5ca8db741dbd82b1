"""The contact register: whose an address is, and a file that is wrong stops the program."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import ConfigError
from agent.model.register import Agency, Contact, Register
from agent.register import COLUMNS, load_register

HEADER = ",".join(COLUMNS)
POLICE = "police,Northshire Police,statutory_partner,Morgan Quill,DI,morgan.quill@police.example"
REGISTER = "\n".join(
    [
        HEADER,
        f"{POLICE},mquill@old.example; DI.Quill@police.example,police.example,tls",
        "police,,,Duty desk,,duty@police.example,,pnn.police.example,secure_subject",
        'icb,"Northshire ICB, Nursing",statutory_partner,Lee Brook,,lee.brook@nhs.net,,nhs.net,',
        "school,Southwood  School,education,The Head,,office@school.example,,school.example,tls",
        "nursery,Southwood Nursery,education,,,nursery@school.example,,school.example,tls",
        "court,County Court,legal,Listing,,,,court.example,phone",
    ]
)


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "register.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.fixture
def register(tmp_path):
    return load_register(written(tmp_path, REGISTER))


@pytest.mark.parametrize(
    ("email", "agency"),
    [
        ("morgan.quill@police.example", "police"),
        (" Morgan.Quill@POLICE.example ", "police"),
        ("mquill@old.example", "police"),
        ("di.quill@police.example", "police"),
        ("somebody.new@police.example", "police"),
        ("a@northshire.pnn.police.example", "police"),
        ("morgan.quill@police.example.cjsm.net", "police"),
        ("lee.brook@nhs.net", "icb"),
        ("office@school.example", "school"),
        ("nursery@school.example", "nursery"),
        ("clerk@court.example", "court"),
    ],
)
def test_an_address_tells_its_agency(register, email, agency):
    found = register.find_agency(email)

    assert found is not None
    assert found.id == agency


@pytest.mark.parametrize(
    "email",
    [
        "",
        "police.example",
        "gp@nhs.net",
        "a@other.example",
        "a@notpolice.example",
        "a@police.example.attacker.example",
        "teacher@school.example",
        "a@example",
    ],
)
def test_an_address_that_tells_no_agency_or_two_finds_none(register, email):
    assert register.find_agency(email) is None


def test_a_domain_of_everybodys_names_no_agency_even_if_it_is_listed():
    contact = Contact("Jo Fenn", "Childminder", "jo.fenn@gmail.com")
    minder = Agency("minder", "Jo Fenn", "other", (contact,), ("gmail.com", "gov.uk"))
    register = Register((minder,))

    assert register.find_agency("jo.fenn@gmail.com") is minder
    assert register.find_agency("jo.fen@gmail.com") is None
    assert register.find_agency("a@anytown.gov.uk") is None


def test_only_exact_addresses_and_aliases_are_verified(register):
    assert register.is_verified("MQuill@old.example")
    assert register.is_verified("duty@police.example")
    assert not register.is_verified("somebody.new@police.example")
    assert not register.is_verified("")


def test_a_name_is_found_whole_and_in_any_capitals(register):
    named = register.agency_named("  NORTHSHIRE   police ")

    assert named is register.get("police")
    assert register.agency_named("Northshire Polic") is None
    assert register.agency_named("southwood school") is register.get("school")


def test_rows_of_one_agency_are_its_contacts_and_the_first_is_the_addressee(register):
    police = register.get("police")

    assert [contact.name for contact in police.contacts] == ["Morgan Quill", "Duty desk"]
    assert [contact.channel for contact in police.contacts] == ["tls", "secure_subject"]
    assert police.domains == ("police.example", "pnn.police.example")
    assert register.get("icb").name == "Northshire ICB, Nursing"
    assert register.get("court").contacts[0].addresses == ()


def test_a_table_as_excel_saves_it_is_read_like_any_other(tmp_path, register):
    lines = [HEADER.upper(), "", *REGISTER.splitlines()[1:], ",,,,,,,,", ""]
    excel = "\r\n".join(line.replace(",education,", ", Education ,") for line in lines)

    assert load_register(written(tmp_path, b"\xef\xbb\xbf" + excel.encode())) == register


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "line 1: the first line must be"),
        ("agency_id;agency;role", "line 1: the first line must be"),
        (f"{HEADER},phone", "line 1: the first line must be"),
        (f"{HEADER}\n{POLICE},,police.example,pigeon", "line 2: channel `pigeon`"),
        (f"{HEADER}\n{POLICE.replace('statutory', 'stat')},,,", "line 2: role `stat_partner`"),
        (f"{HEADER}\nPolice HQ,Police,other,,,a@b.example,,,", "line 2: agency_id `Police HQ`"),
        (f"{HEADER}\npolice,,other,,,a@b.example,,,", "line 2: agency `police` has no name"),
        (f"{HEADER}\n\npolice,Police,other,,,,,,tls", "line 3: no email"),
        (f"{HEADER}\npolice,Police,other,,,a@b,,,", "`a@b` is not one mail address"),
        (f"{HEADER}\np,P,other,,,a@b.example,x y@b.example,,", "`x y@b.example` is not one"),
        (f"{HEADER}\np,P,other,,,a@b.example,,police,", "`police` is not a domain"),
        (f"{HEADER}\np,P,other,,,a@b.example,,b.example,tls,c.example", "after the last column"),
        (f"{HEADER}\n{POLICE},,,\n{POLICE},,,", "line 3: this contact of `police` stands"),
        (f"{HEADER}\n{POLICE},,,\npolice,Met,,,,c@b.example,,,", "`Met` here"),
        (f'{HEADER}\n{POLICE},"open', "not well formed"),
        (f"{HEADER}\nécole,É".encode("cp1252"), "is not UTF-8"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_line(tmp_path, content, said):
    path = written(tmp_path, content)

    with pytest.raises(ConfigError) as raised:
        load_register(path)

    assert str(path) in str(raised.value)
    assert said in str(raised.value)


def test_a_missing_register_is_said_to_be_missing(tmp_path):
    with pytest.raises(ConfigError, match="there is no such file"):
        load_register(tmp_path / "nowhere.csv")


@given(st.binary(max_size=300))
def test_whatever_the_file_holds_it_is_a_register_or_an_error_of_ours(tmp_path_factory, content):
    path = written(tmp_path_factory.getbasetemp(), HEADER.encode() + b"\n" + content)

    try:
        found = load_register(path)
    except ConfigError:
        return
    assert isinstance(found, Register)
