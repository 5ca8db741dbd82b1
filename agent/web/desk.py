"""Between the server and the handlers: who asks, whether they may, and whether a form is ours.

Every page and every act goes through here; nothing here knows what a page shows.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from agent.errors import AgentError, CaseMoved, DataError, StoreError
from agent.line import Line
from agent.rights import Right, rights_of
from agent.store.accounts import Account
from agent.store.visits import find_visitor, note_seen, spend_form
from agent.web.answers import Answers
from agent.web.marks import COOKIE, ONCE, PROOF, is_own_form
from agent.web.offices import Offices
from agent.web.visit import Handler, NotHere, Visit

log = structlog.get_logger()

_MAX_FIELDS = 400
_CHANGED = "This changed while you were looking at it. See what it is now, then decide again."
Endpoint = Callable[[Request], Any]


class Desk:
    """Takes requests of signed-in people to their handlers."""

    def __init__(self, offices: Offices, answers: Answers) -> None:
        self._offices = offices
        self._answers = answers
        web = offices.config.web
        self._idle = timedelta(minutes=web.idle_minutes)
        self._longest = timedelta(hours=web.session_hours)

    def find_account(self, request: Request) -> Account | None:
        """Return who is signed in with this browser, or None."""
        token, now = request.cookies.get(COOKIE, ""), self._offices.clock()
        if not token:
            return None
        with self._offices.database.read() as session:
            found = find_visitor(session, token, now, self._idle, self._longest)
        if found is None:
            return None
        account, is_to_note = found
        if is_to_note:
            with self._offices.database.write() as session:
                note_seen(session, token, now)
        return account

    def page(self, show: Handler, needs: Right) -> Endpoint:
        """Return what serves a page to those who have the right."""

        async def serve(request: Request) -> Response:
            return await run_in_threadpool(self._serve, request, show, needs)

        return serve

    def act(self, do: Handler, needs: Right, shown_on: Handler) -> Endpoint:
        """Return what carries out a posted form; where it is refused, the page it stands on is
        shown again with what was entered and why not."""

        async def serve(request: Request) -> Response:
            form = await request.form(max_files=1, max_fields=_MAX_FIELDS)
            try:
                texts = {key: one for key, one in form.multi_items() if isinstance(one, str)}
                lists: dict[str, tuple[str, ...]] = {}
                for key, one in form.multi_items():
                    if isinstance(one, str):
                        lists[key] = (*lists.get(key, ()), one)
                files = {
                    key: await one.read()
                    for key, one in form.multi_items()
                    if isinstance(one, UploadFile)
                }
            finally:
                await form.close()
            entered = (texts, lists, files)
            return await run_in_threadpool(self._carry_out, request, do, needs, shown_on, entered)

        return serve

    def _serve(self, request: Request, show: Handler, needs: Right) -> Response:
        account = self.find_account(request)
        if account is None:
            return self._answers.sign_in_first(request)
        visit = self._visit(request, account)
        if visit is None or not visit.may(needs):
            return self._answers.not_here(request, account)
        return self._answered(request, visit, show)

    def _carry_out(
        self,
        request: Request,
        do: Handler,
        needs: Right,
        shown_on: Handler,
        entered: tuple[Mapping[str, str], Mapping[str, tuple[str, ...]], Mapping[str, bytes]],
    ) -> Response:
        form, lists, files = entered
        account = self.find_account(request)
        if account is None:
            return self._answers.sign_in_first(request)
        token = request.cookies.get(COOKIE, "")
        if not is_own_form(token, form.get(ONCE, ""), form.get(PROOF, "")):
            return self._answers.not_our_form(request, account)
        visit = self._visit(request, account)
        if visit is None or not visit.may(needs):
            return self._answers.not_here(request, account)
        with self._offices.database.write() as session:
            is_new = spend_form(session, form[ONCE], visit.now)
        if not is_new:
            return self._answers.posted_twice(request, visit)
        visit = replace(visit, form=form, lists=lists, uploads=files)
        return self._answered(request, visit, do, shown_on)

    def _visit(self, request: Request, account: Account) -> Visit | None:
        """Return the visit, or None where the partnership is none of the person's."""
        slug = request.path_params["partnership"]
        roles = account.roles.get(slug, frozenset())
        line: Line | None = self._offices.find_line(slug) if roles else None
        if line is None:
            return None
        return Visit(
            account=account,
            rights=rights_of(roles),
            line=line,
            now=self._offices.clock(),
            overrides=self._offices.config.overrides,
            path={key: str(one) for key, one in request.path_params.items()},
            query=dict(request.query_params),
        )

    def _answered(
        self,
        request: Request,
        visit: Visit,
        handle: Handler,
        shown_on: Handler | None = None,
    ) -> Response:
        """Return the answer; what a person's word cannot do is said to them, never a bare 500."""
        try:
            return self._answers.respond(request, visit, handle(visit))
        except NotHere:
            return self._answers.not_here(request, visit.account)
        except CaseMoved:
            problem, status = _CHANGED, 409
        except DataError as error:
            problem, status = str(error), 422
        except StoreError as error:
            log.error("page cannot reach the store", why=str(error))
            return self._answers.trouble(request, visit, str(error))
        except AgentError as error:
            return self._answers.trouble(request, visit, str(error))
        if shown_on is None:
            return self._answers.trouble(request, visit, problem, status)
        refused = replace(visit, problem=problem)
        try:
            return self._answers.respond(request, refused, shown_on(refused), status)
        except NotHere:
            return self._answers.not_here(request, visit.account)
        except AgentError as error:
            return self._answers.trouble(request, visit, str(error))
