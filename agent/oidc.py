"""Signing in by an OpenID Connect provider: where to send the browser, and whom the provider
vouches for when it comes back. It is the authorization code flow with PKCE; nothing that a browser
brings is believed."""

import hmac
import json
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from agent.config import LOOPBACK
from agent.errors import AgentError, ConfigError
from agent.webconfig import OidcSection

# Signatures by the provider's private key alone: with HS256 its public key would be the secret.
_ALGORITHMS = ("RS256", "PS256", "ES256")
_TIMEOUT_S = 10
_MOST_BYTES = 1_000_000
_KEEP = timedelta(hours=1)
_LEEWAY_S = 60


class SignInRefused(AgentError):
    """The provider does not vouch for the person, or what it says does not hold."""

    exit_code = 77


class SignInUnavailable(AgentError):
    """The provider cannot be reached, or does not speak as it should."""

    exit_code = 69


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in under way: where the browser goes, and what is compared when it comes back."""

    url: str
    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


class Provider:
    """One provider of the configuration; its own words are fetched when they are first needed.

    Raises:
        ConfigError: its address is not https, and not on this machine.
    """

    def __init__(self, section: OidcSection) -> None:
        parts = urlsplit(section.issuer)
        if parts.scheme != "https" and not (
            parts.scheme == "http" and (parts.hostname or "") in LOOPBACK
        ):
            raise ConfigError("[web.oidc] issuer must be an https address.")
        self._section = section
        self._lock = threading.Lock()
        self._said: dict[str, Any] = {}
        self._keys: KeySet | None = None
        self._said_at: datetime | None = None

    def begin(self, redirect_uri: str, now: datetime) -> Begun:
        """Return where to send the browser; raises SignInUnavailable."""
        said = self._discover(now)
        begun = (secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48))
        state, nonce, verifier = begun
        asked = {
            "response_type": "code",
            "client_id": self._section.client_id,
            "redirect_uri": redirect_uri,
            "scope": " ".join(self._section.scopes),
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        endpoint = str(said["authorization_endpoint"])
        joint = "&" if urlsplit(endpoint).query else "?"
        return Begun(f"{endpoint}{joint}{urlencode(asked)}", state, nonce, verifier)

    def finish(
        self, redirect_uri: str, begun: Begun, params: Mapping[str, str], now: datetime
    ) -> str:
        """Return the address, lower case, that the provider vouches for.

        Raises:
            SignInRefused: it vouches for nobody, or its word does not hold.
            SignInUnavailable: it cannot be reached.
        """
        if not hmac.compare_digest(begun.state.encode(), params.get("state", "").encode()):
            raise SignInRefused("This sign-in was not begun here: begin again.")
        if params.get("error") or not params.get("code"):
            raise SignInRefused("The provider did not sign you in.")
        issued_by = params.get("iss", "")
        if issued_by and issued_by != self._section.issuer:
            raise SignInRefused("The answer is another provider's.")
        token = self._redeem(redirect_uri, begun, params["code"], now)
        return self._address(self._claims(token, begun, now))

    def _redeem(self, redirect_uri: str, begun: Begun, code: str, now: datetime) -> str:
        """Exchange the code for the ID token."""
        said, section = self._discover(now), self._section
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": begun.verifier,
        }
        secret = section.client_secret.get_secret_value()
        methods = said.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        by_basic = "client_secret_basic" in methods
        if not by_basic:
            form |= {"client_id": section.client_id, "client_secret": secret}
        auth = (section.client_id, secret) if by_basic else None
        answer = self._ask("POST", str(said["token_endpoint"]), form, auth)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise SignInRefused("The provider did not say who you are.")
        return token

    def _claims(self, token: str, begun: Begun, now: datetime) -> Mapping[str, Any]:
        decoded = self._decoded(token, now)
        expected = {"iss": {"values": [self._section.issuer]}}
        params = {"client_id": self._section.client_id, "nonce": begun.nonce}
        claims = CodeIDToken(decoded.claims, decoded.header, expected, params)
        audience = decoded.claims.get("aud")
        named = audience if isinstance(audience, list) else [audience]
        try:
            claims.validate(now=int(now.timestamp()), leeway=_LEEWAY_S)
        except (JoseError, TypeError, ValueError):
            raise SignInRefused("What the provider says of you does not hold.") from None
        if self._section.client_id not in named:
            raise SignInRefused("The provider's word is meant for another service.")
        return dict(decoded.claims)

    def _decoded(self, token: str, now: datetime) -> jwt.Token:
        """Return the token whose signature holds; a new key of the provider's is fetched once."""
        for is_last in (False, True):
            try:
                return jwt.decode(token, self._get_keys(now), algorithms=_ALGORITHMS)
            except (JoseError, ValueError, TypeError, KeyError):
                if is_last:
                    break
                self._keys = None
        raise SignInRefused("The signature of the provider does not hold.")

    def _address(self, claims: Mapping[str, Any]) -> str:
        section = self._section
        address = claims.get(section.email_claim)
        if not isinstance(address, str) or address.count("@") != 1:
            raise SignInRefused(f"The provider gives no address (`{section.email_claim}`).")
        if section.require_verified and claims.get("email_verified") is not True:
            raise SignInRefused("The provider has not verified your address.")
        return address.strip().lower()

    def _discover(self, now: datetime) -> Mapping[str, Any]:
        """Return what the provider says of itself, asked once an hour."""
        with self._lock:
            if self._said_at is not None and now - self._said_at < _KEEP:
                return self._said
            issuer = self._section.issuer
            said = self._ask("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            if said.get("issuer") != issuer or not all(
                isinstance(said.get(x), str) for x in needed
            ):
                raise SignInUnavailable("The provider does not say of itself what it should.")
            own = urlsplit(issuer)
            for name in needed:
                parts = urlsplit(str(said[name]))
                if parts.scheme != own.scheme and parts.scheme != "https":
                    raise SignInUnavailable("The provider names an address that is not https.")
            self._said, self._said_at, self._keys = said, now, None
            return said

    def _get_keys(self, now: datetime) -> KeySet:
        said = self._discover(now)
        with self._lock:
            if self._keys is None:
                found = self._ask("GET", str(said["jwks_uri"]))
                try:
                    self._keys = KeySet.import_key_set(found)  # type: ignore[arg-type]
                except (JoseError, ValueError, TypeError, KeyError):
                    raise SignInUnavailable("The provider's keys cannot be read.") from None
            return self._keys

    def _ask(
        self,
        method: str,
        url: str,
        form: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> dict[str, Any]:
        """Return the JSON object of an answer; no redirect is followed and none is too large."""
        ca = self._section.ca_file
        try:
            with (
                httpx.Client(
                    timeout=_TIMEOUT_S,
                    verify=True if ca is None else str(ca),
                    follow_redirects=False,
                    trust_env=False,
                ) as client,
                client.stream(method, url, data=form, auth=auth) as answer,
            ):
                body = b""
                for chunk in answer.iter_bytes():
                    body += chunk
                    if len(body) > _MOST_BYTES:
                        raise SignInUnavailable("The provider's answer is too large.")
                if answer.status_code == 400 and form is not None:
                    raise SignInRefused("The provider did not take the code: begin again.")
                answer.raise_for_status()
                said = json.loads(body)
        except (httpx.HTTPError, ValueError, OSError):
            raise SignInUnavailable(
                "The provider cannot be reached now: sign in by password, or try again."
            ) from None
        if not isinstance(said, dict):
            raise SignInUnavailable("The provider does not answer as it should.")
        return said
