"""What the page needs of the configuration: where it listens, how long a visit lasts, who vouches
for people beside their passwords."""

from pathlib import Path

from pydantic import Field, SecretStr

from agent.declared import Declared


class OidcSection(Declared):
    """An OpenID Connect provider by which people sign in."""

    issuer: str
    client_id: str
    client_secret: SecretStr
    label: str = "Sign in with your work account"
    scopes: tuple[str, ...] = ("openid", "email", "profile")
    email_claim: str = "email"
    require_verified: bool = True
    ca_file: Path | None = None


class WebSection(Declared):
    """The page. `public_url` is how browsers reach it, where a proxy stands before it.

    A visit ends after `idle_minutes` without a page, and after `session_hours` in any case.
    """

    host: str = "127.0.0.1"
    port: int = 8400
    public_url: str = ""
    idle_minutes: int = Field(default=30, ge=1)
    session_hours: int = Field(default=12, ge=1)
    oidc: OidcSection | None = None

    @property
    def url(self) -> str:
        """Return the address that browsers use, without a slash at its end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")
