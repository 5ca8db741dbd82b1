"""Telling systemd how the service is (sd_notify): ready, reloading, stopping, still progressing."""

import os
import socket


def notify_systemd(state: str) -> None:
    """Send one state ("READY=1", "WATCHDOG=1") where systemd asked for it; else do nothing."""
    path = os.environ.get("NOTIFY_SOCKET")
    if not path:
        return
    address = "\0" + path[1:] if path.startswith("@") else path
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        try:
            channel.connect(address)
            channel.send(state.encode())
        except OSError:
            # The service must not fail because its supervisor does not listen.
            return
