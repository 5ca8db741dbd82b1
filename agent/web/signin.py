"""Signing in and out: by password here, or by what an OpenID Connect provider vouches for."""

import threading
from collections import defaultdict, deque
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from agent.model.decision import LogLine
from agent.people import is_password
from agent.store import accounts, actionlog, visits
from agent.store.accounts import Account
from agent.store.db import Session
from agent.web.answers import Answers
from agent.web.marks import COOKIE, ONCE, PROOF, is_own_form, new_token
from agent.web.offices import Offices
from agent.web.visit import Shown

log = structlog.get_logger()

_WRONG = (
    "The address or the password is wrong, or the account is locked for a while after too many "
    "tries. Ask an administrator if you do not get in."
)


class SignIn:
    """The pages before anybody is signed in, and those of the way out."""

    def __init__(self, offices: Offices, answers: Answers) -> None:
        self._offices = offices
        self._answers = answers
        self._lock = threading.Lock()
        self._tries: dict[str, deque[datetime]] = defaultdict(deque)
        self._is_https = offices.config.web.url.startswith("https:")

    def show(self, request: Request, problem: str = "", status: int = 200) -> Response:
        """Return the form, under a cookie of its own until somebody is signed in."""
        token = request.cookies.get(COOKIE) or new_token()
        request.cookies[COOKIE] = token
        oidc = self._offices.config.web.oidc
        values = {
            "problem": problem,
            "next": inside(request.query_params.get("next", "")),
            "label": None if oidc is None else oidc.label,
        }
        response = self._answers.render(request, Shown("sign-in.html", values, status))
        self._give(response, token)
        return response

    async def take(self, request: Request) -> Response:
        """Sign somebody in by their password."""
        async with request.form(max_files=0, max_fields=10) as form:
            entered = {key: one for key, one in form.items() if isinstance(one, str)}
        return await run_in_threadpool(self._take, request, entered)

    async def leave(self, request: Request) -> Response:
        """Sign the browser out, on its own form's word."""
        async with request.form(max_files=0, max_fields=10) as form:
            entered = {key: one for key, one in form.items() if isinstance(one, str)}
        return await run_in_threadpool(self._leave, request, entered)

    def _take(self, request: Request, entered: dict[str, str]) -> Response:
        token, now = request.cookies.get(COOKIE, ""), self._offices.clock()
        if not is_own_form(token, entered.get(ONCE, ""), entered.get(PROOF, "")):
            return self.show(request, "That form was too old: fill it in once more.", 403)
        if self._is_too_often(request.client.host if request.client else "", now):
            return self.show(request, "Too many tries from here: wait a minute.", 429)
        account = self._check(entered.get("email", ""), entered.get("password", ""), now)
        if account is None:
            return self.show(request, _WRONG, 401)
        return self.welcome(request, account, entered.get("next", ""), "by password", now)

    def welcome(
        self, request: Request, account: Account, there: str, how: str, now: datetime
    ) -> Response:
        """Give the browser a cookie of the account's and take it where it was going."""
        old, token = request.cookies.get(COOKIE, ""), new_token()
        longest = timedelta(hours=self._offices.config.web.session_hours)
        with self._offices.database.write() as session:
            visits.close_visit(session, old)
            visits.close_old(session, now, longest)
            visits.open_visit(session, token, account.id, now)
            self._log(session, account, "signed in", how, now)
        response = RedirectResponse(inside(there) or "/", status_code=303)
        self._give(response, token)
        return response

    def _check(self, email: str, password: str, now: datetime) -> Account | None:
        """Return the account if that is its password; too many wrong ones in a row lock it."""
        with self._offices.database.read() as session:
            account = accounts.find_account(session, email)
        is_right = is_password(account, password)
        if account is None:
            return None
        is_locked = account.locked_until is not None and now < account.locked_until
        if is_right and not is_locked:
            if account.failures:
                with self._offices.database.write() as session:
                    accounts.note_attempt(session, account.id, 0, None)
            return account
        if not is_locked:
            self._note_failure(account, now)
        return None

    def _note_failure(self, account: Account, now: datetime) -> None:
        limits = self._offices.limits
        failures = account.failures + 1
        locked = None
        if failures >= limits.failures.value:
            failures, locked = 0, now + timedelta(minutes=limits.locked_minutes.value)
        with self._offices.database.write() as session:
            accounts.note_attempt(session, account.id, failures, locked)
            why = "wrong password" if locked is None else f"locked until {locked:%H:%M} UTC"
            self._log(session, account, "sign-in refused", why, now)

    def _is_too_often(self, host: str, now: datetime) -> bool:
        with self._lock:
            tries = self._tries[host]
            while tries and now - tries[0] > timedelta(minutes=1):
                tries.popleft()
            tries.append(now)
            return len(tries) > self._offices.limits.attempts_a_minute.value

    def _leave(self, request: Request, entered: dict[str, str]) -> Response:
        token, now = request.cookies.get(COOKIE, ""), self._offices.clock()
        if not is_own_form(token, entered.get(ONCE, ""), entered.get(PROOF, "")):
            return RedirectResponse("/", status_code=303)
        with self._offices.database.write() as session:
            visits.close_visit(session, token)
        log.info("signed out", at=now.isoformat())
        response = self._answers.render(request, Shown("signed-off.html"))
        response.delete_cookie(COOKIE)
        return response

    def _log(self, session: Session, account: Account, action: str, why: str, at: datetime) -> None:
        """Write it into the log of every partnership that the account opens."""
        for slug in sorted(account.roles):
            actionlog.note(session, slug, LogLine(action, why), account.email, at)

    def _give(self, response: Response, token: str) -> None:
        response.set_cookie(
            COOKIE, token, httponly=True, samesite="lax", secure=self._is_https, path="/"
        )


def inside(there: str) -> str:
    """Return the address if it is one of ours, else nothing: nobody is led elsewhere."""
    parts = urlsplit(there)
    is_ours = there.startswith("/") and not there.startswith(("//", "/\\")) and not parts.netloc
    return there if is_ours else ""
