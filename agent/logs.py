"""How the program speaks to its log: one event a line, ids as keys, JSON unless a person watches.

No child's or family's name, subject, address or text is ever logged; ids and digests are.
"""

import logging
import sys
from typing import Literal

import structlog


def set_up_logging(style: Literal["json", "text", "auto"], level: int = logging.INFO) -> None:
    """Send the log to standard error: as text on a terminal, else as JSON lines."""
    as_text = style == "text" or (style == "auto" and sys.stderr.isatty())
    renderer = structlog.dev.ConsoleRenderer() if as_text else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.EventRenamer("event"),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    # Libraries may quote what they were given; their own words stay out of the log.
    logging.getLogger().handlers = [logging.NullHandler()]
