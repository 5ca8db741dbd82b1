"""Signing in by the work account: the way to the provider and back. Who may do what is still said
here: an address without an account opens nothing."""

import threading
from collections import OrderedDict
from datetime import datetime, timedelta

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from agent.oidc import Begun, Provider, SignInRefused, SignInUnavailable
from agent.store.accounts import find_account
from agent.web.offices import Offices
from agent.web.signin import SignIn, inside

log = structlog.get_logger()

_COOKIE = "begun"
_LASTS = timedelta(minutes=10)
# So many people at once are on their way; older ones begin again.
_MOST = 1000


class WorkAccount:
    """The two addresses of a sign-in by the provider of the configuration."""

    def __init__(self, offices: Offices, signin: SignIn, provider: Provider) -> None:
        self._offices = offices
        self._signin = signin
        self._provider = provider
        self._redirect_uri = f"{offices.config.web.url}/sign-in/oidc/back"
        self._lock = threading.Lock()
        self._begun: OrderedDict[str, tuple[Begun, str, datetime]] = OrderedDict()

    def begin(self, request: Request) -> Response:
        """Send the browser to the provider."""
        now = self._offices.clock()
        try:
            begun = self._provider.begin(self._redirect_uri, now)
        except SignInUnavailable as error:
            log.error("sign-in provider out of reach", why=str(error))
            return self._signin.show(request, str(error), 503)
        with self._lock:
            self._begun[begun.state] = (begun, inside(request.query_params.get("next", "")), now)
            while len(self._begun) > _MOST:
                self._begun.popitem(last=False)
        response = RedirectResponse(begun.url, status_code=303)
        response.set_cookie(
            _COOKIE,
            begun.state,
            max_age=int(_LASTS.total_seconds()),
            httponly=True,
            samesite="lax",
            secure=self._offices.config.web.url.startswith("https:"),
            path="/sign-in",
        )
        return response

    def finish(self, request: Request) -> Response:
        """Sign in whom the provider vouches for, if they have an account here."""
        now = self._offices.clock()
        with self._lock:
            begun, there, at = self._begun.pop(request.cookies.get(_COOKIE, ""), (None, "", now))
        if begun is None or now - at > _LASTS:
            return self._signin.show(request, "That took too long: begin again.", 403)
        params = dict(request.query_params)
        try:
            email = self._provider.finish(self._redirect_uri, begun, params, now)
        except SignInRefused as error:
            log.warning("sign-in refused", why=str(error))
            return self._signin.show(request, str(error), 403)
        except SignInUnavailable as error:
            log.error("sign-in provider out of reach", why=str(error))
            return self._signin.show(request, str(error), 503)
        with self._offices.database.read() as session:
            account = find_account(session, email)
        if account is None or not account.roles:
            said = "You are known to the provider, but may not sign in here: ask an administrator."
            return self._signin.show(request, said, 403)
        response = self._signin.welcome(request, account, there, "by the work account", now)
        response.delete_cookie(_COOKIE, path="/sign-in")
        return response
