"""Secrets that a browser carries: its cookie, and the marks that every form of ours bears.

A form's mark is made of the cookie, so that a form of another site, or of another person, has none;
each is new, so that a form posted twice is noticed.
"""

import hashlib
import hmac
import secrets

from markupsafe import Markup

COOKIE = "visit"
SAID = "said"
ONCE, PROOF = "once", "proof"


def new_token() -> str:
    """Return a cookie that nobody guesses."""
    return secrets.token_urlsafe(32)


def form_marks(token: str) -> Markup:
    """Return the two hidden fields of a form shown to the browser with that cookie."""
    once = secrets.token_urlsafe(18)
    return Markup(
        '<input type="hidden" name="{}" value="{}"><input type="hidden" name="{}" value="{}">'
    ).format(ONCE, once, PROOF, _proof(token, once))


def is_own_form(token: str, once: str, proof: str) -> bool:
    """Return whether a posted form was shown by us to the browser with that cookie."""
    return bool(once) and hmac.compare_digest(_proof(token, once).encode(), proof.encode())


def _proof(token: str, once: str) -> str:
    return hmac.new(token.encode(), once.encode(), hashlib.sha256).hexdigest()
