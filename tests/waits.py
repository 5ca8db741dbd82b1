"""Waiting for mail in a thread of its own, for the tests of both kinds of mailbox."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from agent.mail import Mailbox


@contextmanager
def waiting(mailbox: Mailbox) -> Iterator[threading.Event]:
    """Wait for mail meanwhile, and see that the wait ends by itself (by the yielded event)."""
    stop = threading.Event()
    with ThreadPoolExecutor() as pool:
        wait = pool.submit(mailbox.wait, stop)
        try:
            yield stop
            wait.result(10)
        finally:
            stop.set()
