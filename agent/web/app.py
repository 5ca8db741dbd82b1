"""The page as a web application: every address, the assets, and what stands before all of them."""

from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from agent.clock import Clock
from agent.config import Config
from agent.errors import ConfigError
from agent.oidc import Provider
from agent.web.answers import Answers
from agent.web.desk import Desk
from agent.web.environment import make_environment
from agent.web.headers import headers_for
from agent.web.offices import Offices
from agent.web.pages import ACTS, PAGES
from agent.web.signin import SignIn
from agent.web.visit import Shown
from agent.web.workaccount import WorkAccount

log = structlog.get_logger()

ASSETS = Path(__file__).with_name("assets")
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


def make_app(config: Config, clock: Clock) -> Starlette:
    """Return the application; it lets go of everything when the server ends.

    Raises:
        ConfigError: a file of a partnership is wrong, or the assets have not been built.
    """
    if not (ASSETS / "page.css").is_file():
        raise ConfigError("The page's styles are missing: run `make assets` once.")
    offices = Offices(config, clock)
    answers = Answers(offices, make_environment(config.overrides))
    desk, signin = Desk(offices, answers), SignIn(offices, answers)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        offices.close()

    app = Starlette(
        routes=_routes(offices, desk, signin, answers),
        lifespan=lifespan,
        exception_handlers={
            HTTPException: lambda request, error: _wrong(answers, request, error),
            Exception: lambda request, error: _broken(answers, request, error),
        },
    )
    app.add_middleware(_Door, url=config.web.url, most_bytes=offices.limits.upload_bytes.value)
    return app


def _routes(offices: Offices, desk: Desk, signin: SignIn, answers: Answers) -> list[BaseRoute]:
    async def first(request: Request) -> Response:
        return await run_in_threadpool(_first_page, request, offices, desk, answers)

    def statement(request: Request) -> Response:
        return answers.render(request, Shown("accessibility.html"), desk.find_account(request))

    pages = [
        Route(f"/{{partnership}}{page.path}", desk.page(page.show, page.needs), methods=["GET"])
        for page in PAGES
    ]
    acts = [
        Route(
            f"/{{partnership}}{act.path}",
            desk.act(act.do, act.needs, act.shown_on),
            methods=["POST"],
        )
        for act in ACTS
    ]
    return [
        Mount("/assets", StaticFiles(directory=ASSETS)),
        Route("/", first),
        Route("/accessibility", statement),
        Route("/healthz", lambda _: PlainTextResponse("alive")),
        Route("/sign-in", signin.show),
        Route("/sign-in", signin.take, methods=["POST"]),
        *_work_account(offices, signin),
        Route("/sign-out", signin.leave, methods=["POST"]),
        *pages,
        *acts,
    ]


def _work_account(offices: Offices, signin: SignIn) -> list[BaseRoute]:
    section = offices.config.web.oidc
    if section is None:
        return []
    account = WorkAccount(offices, signin, Provider(section))
    return [
        Route("/sign-in/oidc", account.begin),
        Route("/sign-in/oidc/back", account.finish),
    ]


def _first_page(request: Request, offices: Offices, desk: Desk, answers: Answers) -> Response:
    """Take a person to their partnership, or let them choose one."""
    account = desk.find_account(request)
    if account is None:
        return RedirectResponse("/sign-in", status_code=303)
    mine = [slug for slug in offices.slugs if account.roles.get(slug)]
    if len(mine) == 1:
        return RedirectResponse(f"/{mine[0]}", status_code=303)
    return answers.render(request, Shown("partnerships.html"), account)


def _wrong(answers: Answers, request: Request, error: Exception) -> Response:
    """Return a page for an address that is none, a wrong method, or a form that is no form."""
    status = error.status_code if isinstance(error, HTTPException) else 400
    template = {400: "no-form.html", 413: "too-large.html"}.get(status, "not-found.html")
    return answers.render(request, Shown(template, status=status))


def _broken(answers: Answers, request: Request, error: Exception) -> Response:
    """Return a page for what nobody foresaw; where it happened stands in the log, never what was
    said there: an exception's text may quote a mail."""
    trace, places = error.__traceback__, []
    while trace is not None:
        places.append(f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}")
        trace = trace.tb_next
    log.error("page failed", error=type(error).__name__, at=places[-6:])
    return answers.render(request, Shown("broken.html", status=500))


class _Door:
    """Before everything: no form of another site, none that is too large, and our headers."""

    def __init__(self, app: Any, url: str, most_bytes: int) -> None:
        self._app = app
        self._host = urlsplit(url).netloc
        self._is_https = url.startswith("https:")
        # Room for a form's words beside its file.
        self._most_bytes = most_bytes + 100_000

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_asset = scope["path"].startswith("/assets/")
        ours = headers_for(is_asset=is_asset, is_https=self._is_https)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in ours.items():
                    headers[name] = value
            await send(message)

        taken = 0

        async def receive_within(*_: object) -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._most_bytes:
                raise HTTPException(413)
            return message

        headers = Request(scope).headers
        origin, own = headers.get("origin"), {self._host, headers.get("host")}
        if scope["method"] == "POST" and origin and urlsplit(origin).netloc not in own:
            await PlainTextResponse("This form is not ours.", 403)(
                scope, receive, send_with_headers
            )
            return
        await self._app(scope, receive_within, send_with_headers)
