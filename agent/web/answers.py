"""From what a handler answers to what a browser is sent: pages, downloads, and the pages that say
why there is none."""

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from agent.rights import Right
from agent.store.accounts import Account
from agent.web.health import find_health
from agent.web.marks import COOKIE, SAID, form_marks
from agent.web.offices import Offices
from agent.web.visit import Answer, Download, Moved, Shown, Visit


class Answers:
    """Makes responses."""

    def __init__(self, offices: Offices, environment: Environment) -> None:
        self._offices = offices
        self._environment = environment

    def respond(
        self, request: Request, visit: Visit, answer: Answer, status: int | None = None
    ) -> Response:
        """Return the response to a handler's answer."""
        if isinstance(answer, Moved):
            response: Response = RedirectResponse(f"/{visit.slug}{answer.to}", status_code=303)
            if answer.said:
                said = base64.urlsafe_b64encode(answer.said.encode()).decode()
                response.set_cookie(SAID, said, httponly=True, samesite="strict")
            return response
        if isinstance(answer, Download):
            name = quote(answer.filename)
            head = {"content-disposition": f"attachment; filename*=UTF-8''{name}"}
            return StreamingResponse(answer.chunks, media_type=answer.media_type, headers=head)
        return self._page(request, answer, visit, status or answer.status)

    def render(self, request: Request, answer: Shown, account: Account | None = None) -> Response:
        """Return a page that is of no partnership."""
        values = {**self._shared(request, account), **answer.values}
        return self._html(answer.template, values, answer.status)

    def sign_in_first(self, request: Request) -> Response:
        """Return the way to the sign-in; a posted form is not carried out after it."""
        if request.method == "POST":
            return self._plain(request, "signed-out.html", 401)
        there = quote(request.url.path, safe="/")
        return RedirectResponse(f"/sign-in?next={there}", status_code=303)

    def not_here(self, request: Request, account: Account | None) -> Response:
        """Return the page that tells nothing of what is not for this person."""
        return self._plain(request, "not-found.html", 404, account)

    def not_our_form(self, request: Request, account: Account) -> Response:
        """Return the page for a form that this browser was not given by us."""
        return self._plain(request, "not-our-form.html", 403, account)

    def posted_twice(self, request: Request, visit: Visit) -> Response:
        """Return the page for a form that was carried out already."""
        return self._page(request, Shown("posted-twice.html"), visit, 409)

    def trouble(self, request: Request, visit: Visit, why: str, status: int = 503) -> Response:
        """Return the page that says why what was asked for cannot be shown or done now."""
        return self._page(request, Shown("trouble.html", {"why": why}), visit, status)

    def _plain(
        self, request: Request, template: str, status: int, account: Account | None = None
    ) -> Response:
        return self.render(request, Shown(template, status=status), account)

    def _page(self, request: Request, answer: Shown, visit: Visit, status: int) -> Response:
        values = {
            **self._shared(request, visit.account),
            "visit": visit,
            "slug": visit.slug,
            "partnership": visit.line.office.profile.name,
            "may": {right.value: visit.may(right) for right in Right},
            "health": find_health(visit.line, visit.now),
            "problem": visit.problem,
            "entered": visit.form,
            **answer.values,
        }
        response = self._html(answer.template, values, status)
        if SAID in request.cookies:
            response.delete_cookie(SAID)
        return response

    def _shared(self, request: Request, account: Account | None) -> dict[str, Any]:
        token = request.cookies.get(COOKIE, "")
        names = self._offices.names()
        mine = {} if account is None else account.roles
        return {
            "account": account,
            "partnerships": {slug: name for slug, name in names.items() if slug in mine},
            "marks": lambda: form_marks(token),
            "said": _said(request.cookies.get(SAID, "")),
            "here": request.url.path,
            "problem": "",
            "entered": {},
        }

    def _html(self, template: str, values: Mapping[str, Any], status: int) -> Response:
        text = self._environment.get_template(f"web/{template}").render(**values)
        return Response(text, status_code=status, media_type="text/html")


def _said(cookie: str) -> str:
    try:
        return base64.urlsafe_b64decode(cookie).decode()
    except ValueError:
        return ""
