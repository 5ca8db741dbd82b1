"""Serving the page over HTTP: by itself, or in a thread beside other work."""

import threading
import time
from contextlib import suppress

import structlog
import uvicorn

from agent.clock import Clock
from agent.config import Config
from agent.errors import ConfigError
from agent.web.app import make_app

log = structlog.get_logger()

# A page that is not made by then is given up with the server.
_GRACE_S = 10
_START_S = 20


def serve(config: Config, clock: Clock) -> None:
    """Serve the page until SIGTERM or SIGINT.

    Raises:
        ConfigError: a file is wrong, the assets are missing, or the port is taken.
    """
    server = _server(config, clock)
    log.info("page served", url=config.web.url)
    try:
        server.run()
    except SystemExit:  # how uvicorn says that it cannot listen
        raise ConfigError(_TAKEN.format(config.web.host, config.web.port)) from None


class Beside:
    """The page served by a thread of this process, from entering to leaving."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self._config = config
        self._server = _server(config, clock)
        self._thread = threading.Thread(target=self._run, name="page")

    def __enter__(self) -> "Beside":
        self._thread.start()
        waited = time.monotonic() + _START_S
        while not self._server.started and self._thread.is_alive() and time.monotonic() < waited:
            time.sleep(0.02)
        if not self._server.started:
            self.__exit__()
            raise ConfigError(_TAKEN.format(self._config.web.host, self._config.web.port))
        return self

    def _run(self) -> None:
        # What it could not do is told by its never having started.
        with suppress(SystemExit):
            self._server.run()

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()


_TAKEN = "The page cannot be served at {}:{}: is the port taken? See [web] in agent.toml."


def _server(config: Config, clock: Clock) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            make_app(config, clock),
            host=config.web.host,
            port=config.web.port,
            log_config=None,
            access_log=False,
            server_header=False,
            # A proxy before the page says who asks and how; only one on this machine is believed.
            forwarded_allow_ips="127.0.0.1",
            timeout_graceful_shutdown=_GRACE_S,
            lifespan="on",
        )
    )
