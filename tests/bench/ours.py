"""Our own contender: one round of the product over the mailbox of an office's configuration.

Modules and settings are loaded before the clock starts, as they are for the bare loop; every
connection is made after it. The log goes to standard error as it does in production.
"""

import os
import sys
import threading
from pathlib import Path

from agent.clock import system_clock
from agent.config import load_config
from agent.logs import set_up_logging
from agent.service import Service
from tests.bench.metering import print_spent


def main(folder: Path) -> None:
    """Take one round of the office in that folder and print what it cost."""
    config = load_config(folder / "agent.toml", os.environ)
    set_up_logging(config.log)
    with Service(config, system_clock, threading.Event()) as service:

        def take_round() -> None:
            if trouble := service.run_once():
                raise trouble[0]
            service.stop_reading()

        print_spent(take_round)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
