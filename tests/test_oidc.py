"""Signing in by the work account, against a provider on this machine: the good way through the
page, and every way in which a provider's word must not be believed."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from agent.config import load_config
from agent.errors import AgentError, ConfigError
from agent.oidc import Provider as Relying
from agent.oidc import SignInRefused, SignInUnavailable
from agent.webconfig import OidcSection
from tests.oidc_provider import CLIENT_ID, SECRET, Provider
from tests.webdesk import ANNA, serving

BACK = "http://127.0.0.1:8400/sign-in/oidc/back"


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A provider that vouches for Anna."""
    with Provider(ANNA) as served:
        yield served


def _relying(provider: Provider, **more: object) -> Relying:
    told = {"issuer": provider.issuer, "client_id": CLIENT_ID, "client_secret": SECRET, **more}
    return Relying(OidcSection.model_validate(told))


def _through(relying: Relying) -> str:
    """Go to the provider and back as a browser does."""
    now = datetime.now(UTC)
    begun = relying.begin(BACK, now)
    answer = httpx.get(begun.url)
    return relying.finish(BACK, begun, dict(answer.next_request.url.params), now)


def test_the_provider_vouches_for_an_address(provider):
    relying = _relying(provider)
    assert _through(relying) == ANNA
    assert _through(relying) == ANNA
    assert provider.asked.count("/.well-known/openid-configuration") == 1, "asked once an hour"
    provider.renew_key()
    assert _through(relying) == ANNA, "a new key is fetched when it is met"


@pytest.mark.parametrize(
    "wrong", ["state", "denied", "no signature", "public key as secret", "another key", "changed"]
)
def test_a_word_that_is_not_the_providers_own_is_refused(provider, wrong):
    provider.wrong = wrong
    with pytest.raises(SignInRefused):
        _through(_relying(provider))


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://other.example"},
        {"aud": "another-service"},
        {"aud": ["another-service"], "azp": CLIENT_ID},
        {"aud": [CLIENT_ID, "x"], "azp": "x"},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": int(time.time()) - 600},
        {"exp": None},
        {"iat": int(time.time()) + 6000},
        {"nbf": int(time.time()) + 6000},
        {"email": None},
        {"email": ["a@b.example"]},
        {"email": "no address"},
        {"email_verified": False},
        {"email_verified": "true"},
    ],
    ids="-".join,
)
def test_a_claim_that_does_not_hold_is_refused(provider, claims):
    provider.claims = claims
    with pytest.raises(SignInRefused) as refused:
        _through(_relying(provider))
    assert ANNA not in str(refused.value)


@pytest.mark.parametrize("wrong", ["another issuer", "huge", "no keys"])
def test_a_provider_that_does_not_speak_as_it_should_is_out_of_reach(provider, wrong):
    provider.wrong = wrong
    with pytest.raises(SignInUnavailable):
        _through(_relying(provider))


def test_a_provider_that_is_not_there_is_said_to_be_out_of_reach():
    with Provider(ANNA) as gone:
        relying = _relying(gone)
    with pytest.raises(SignInUnavailable, match="sign in by password"):
        relying.begin(BACK, datetime.now(UTC))


def test_a_code_is_worth_nothing_twice_or_elsewhere(provider):
    relying, now = _relying(provider), datetime.now(UTC)
    begun = relying.begin(BACK, now)
    params = dict(httpx.get(begun.url).next_request.url.params)
    other = relying.begin(BACK, now)
    with pytest.raises(SignInRefused):
        relying.finish(BACK, other, {**params, "state": other.state}, now)
    with pytest.raises(SignInRefused):
        relying.finish(BACK, begun, params, now)


def test_a_provider_without_verified_addresses_is_believed_only_where_the_file_says_so(provider):
    provider.claims = {"email_verified": None, "email": None, "preferred_username": ANNA.upper()}
    with pytest.raises(SignInRefused):
        _through(_relying(provider, email_claim="preferred_username"))
    relying = _relying(provider, email_claim="preferred_username", require_verified=False)
    assert _through(relying) == ANNA


def test_a_provider_elsewhere_has_to_speak_https():
    told = {"issuer": "http://login.example", "client_id": "x", "client_secret": "y"}
    with pytest.raises(ConfigError, match="https"):
        Relying(OidcSection.model_validate(told))


def test_the_secret_may_come_from_the_environment(made_office, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("hidden\n")
    environ = {
        "MAILBOX_AGENT_WEB__OIDC__ISSUER": "https://login.example",
        "MAILBOX_AGENT_WEB__OIDC__CLIENT_ID": "x",
        "MAILBOX_AGENT_WEB__OIDC__CLIENT_SECRET_FILE": str(secret),
    }
    found = load_config(made_office / "agent.toml", environ).web.oidc
    assert found is not None
    assert found.client_secret.get_secret_value() == "hidden"
    assert "hidden" not in repr(found)


def _section(provider: Provider) -> str:
    return (
        f'[web.oidc]\nissuer = "{provider.issuer}"\nclient_id = "{CLIENT_ID}"\n'
        f'client_secret = "{SECRET}"\n'
    )


def test_anna_signs_in_by_her_work_account(made_office, tmp_path, provider):
    with serving(made_office, tmp_path, _section(provider)) as site, site.visitor() as visitor:
        provider.now = int(site.moments.now.timestamp())
        visitor.get("/northshire/cases")
        assert "Sign in with your work account" in visitor.text
        visitor.get("/sign-in/oidc?next=/northshire/cases")
        assert visitor.path == "/northshire/cases"
        assert "Anna Ashworth" in visitor.text
        assert visitor.get("/sign-in/oidc/back?code=x&state=y").status == 403, "not begun here"


@pytest.mark.parametrize(
    ("email", "wrong", "says"),
    [
        ("stranger@northshirescp.example", "", "may not sign in here"),
        (ANNA, "denied", "did not sign you in"),
        (ANNA, "another key", "signature"),
        (ANNA, "another issuer", "does not say of itself"),
    ],
)
def test_whom_the_provider_does_not_vouch_for_stays_outside(
    made_office, tmp_path, provider, email, wrong, says
):
    provider.email, provider.wrong = email, wrong
    with serving(made_office, tmp_path, _section(provider)) as site, site.visitor() as visitor:
        provider.now = int(site.moments.now.timestamp())
        visitor.get("/sign-in/oidc")
        assert says in visitor.problem
        assert visitor.get("/northshire").path == "/sign-in"


def test_every_refusal_is_an_error_of_ours():
    assert issubclass(SignInRefused, AgentError)
    assert issubclass(SignInUnavailable, AgentError)
