"""The headers of every answer: nothing from elsewhere, nothing inline, nothing kept, no frames."""

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_ALWAYS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_YEAR_S = 365 * 24 * 3600


def headers_for(*, is_asset: bool, is_https: bool) -> dict[str, str]:
    """Return the headers of an answer; only what is the same for everybody may be kept."""
    kept = "public, max-age=3600" if is_asset else "no-store"
    strict = {"strict-transport-security": f"max-age={_YEAR_S}"} if is_https else {}
    return {**_ALWAYS, **strict, "cache-control": kept}
