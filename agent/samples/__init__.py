"""Believable invented mail and filled forms, for the demo, the benchmark and the tests.

Nobody in them exists: every address ends in `.example`, every telephone number is one of the range
kept for drama (01632 960xxx). The same arguments always give the same bytes.
"""

from agent.samples.bench import bench_mails
from agent.samples.demo import SampleMail, demo_mails
from agent.samples.forms import write_referral_form, write_scoping_return

__all__ = [
    "SampleMail",
    "bench_mails",
    "demo_mails",
    "write_referral_form",
    "write_scoping_return",
]
