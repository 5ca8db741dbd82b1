"""An OpenID Connect provider on this machine, which signs in one person at once and can be told to
do wrong in every way that a relying party has to notice."""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, SECRET = "the-page", "a secret of the test"


class Provider:
    """The provider, serving from entering to leaving. `wrong` names what it does wrong; `claims`
    stand in the place of what it would say."""

    def __init__(self, email: str) -> None:
        self.email = email
        self.wrong = ""
        self.claims: dict[str, Any] = {}
        self.now = int(time.time())
        self.asked: list[str] = []
        self.key = RSAKey.generate_key(2048, {"kid": "first"})
        self._codes: dict[str, dict[str, str]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> "Provider":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def renew_key(self) -> None:
        """Sign with another key from now on."""
        self.key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(4)})

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider._get(self)

            def do_POST(self) -> None:
                provider._post(self)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler

    def _get(self, request: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(request.path)
        self.asked.append(parts.path)
        if parts.path == "/.well-known/openid-configuration":
            self._answer(request, self._configuration())
        elif parts.path == "/keys":
            keys = [self.key.as_dict(private=False)]
            self._answer(request, {"keys": keys if self.wrong != "no keys" else "none"})
        elif parts.path == "/authorize":
            self._authorize(request, {k: v[0] for k, v in parse_qs(parts.query).items()})
        else:
            request.send_error(404)

    def _configuration(self) -> Mapping[str, Any]:
        issuer = "https://other.example" if self.wrong == "another issuer" else self.issuer
        padding = "x" * 2_000_000 if self.wrong == "huge" else ""
        return {
            "issuer": issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "padding": padding,
        }

    def _authorize(self, request: BaseHTTPRequestHandler, asked: dict[str, str]) -> None:
        code = secrets.token_urlsafe(12)
        self._codes[code] = asked
        told = {"code": code, "state": asked["state"]}
        if self.wrong == "state":
            told["state"] = "another"
        if self.wrong == "denied":
            told = {"error": "access_denied", "state": asked["state"]}
        request.send_response(302)
        request.send_header("location", f"{asked['redirect_uri']}?{urlencode(told)}")
        request.end_headers()

    def _post(self, request: BaseHTTPRequestHandler) -> None:
        length = int(request.headers["content-length"])
        form = {k: v[0] for k, v in parse_qs(request.rfile.read(length).decode()).items()}
        asked = self._codes.pop(form.get("code", ""), None)
        basic = base64.b64encode(f"{CLIENT_ID}:{SECRET}".encode()).decode()
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        if (
            asked is None
            or request.headers["authorization"] != f"Basic {basic}"
            or challenge != asked["code_challenge"]
            or form["redirect_uri"] != asked["redirect_uri"]
        ):
            self._answer(request, {"error": "invalid_grant"}, 400)
            return
        self._answer(request, {"access_token": "x", "id_token": self._token(asked)})

    def _token(self, asked: Mapping[str, str]) -> str:
        claims = {
            "iss": self.issuer,
            "sub": "17",
            "aud": CLIENT_ID,
            "iat": self.now,
            "exp": self.now + 300,
            "nonce": asked["nonce"],
            "email": self.email,
            "email_verified": True,
            **self.claims,
        }
        header = {"alg": "RS256", "kid": self.key.kid}
        if self.wrong == "no signature":
            return f"{_b64({'alg': 'none'})}.{_b64(claims)}."
        if self.wrong == "public key as secret":
            # By hand: joserfc itself refuses to sign so.
            signed = f"{_b64({'alg': 'HS256', 'kid': self.key.kid})}.{_b64(claims)}"
            secret = self.key.as_pem(private=False)
            digest = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
            return f"{signed}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"
        if self.wrong == "another key":
            return jwt.encode(header, claims, RSAKey.generate_key(2048), algorithms=["RS256"])
        if self.wrong == "changed":
            head, _, tail = jwt.encode(header, claims, self.key).partition(".")
            return f"{head}.{_b64({**claims, 'email': 'other@x.example'})}.{tail.split('.')[1]}"
        return jwt.encode(header, claims, self.key)

    def _answer(self, request: BaseHTTPRequestHandler, said: object, status: int = 200) -> None:
        body = json.dumps(said).encode()
        request.send_response(status)
        request.send_header("content-type", "application/json")
        request.send_header("content-length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)


def _b64(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
