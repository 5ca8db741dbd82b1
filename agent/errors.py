"""The exceptions of the agent: one small tree, one sentence each, and the exit code each ends with.

An error's text is for the person who must act: what is wrong and what to do. A bad *message* is
never an exception but a value (`Document.problem`, `Form.problems`, a review on the Decision).
"""


class AgentError(Exception):
    """Something the agent cannot mend by itself."""

    exit_code = 1


class ConfigError(AgentError):
    """The configuration, a profile or the site file is missing, unreadable or wrong."""

    exit_code = 78


class RuleError(ConfigError):
    """A file under rules/ or templates/ is wrong; the text names the file and the rule."""


class SchemaError(ConfigError):
    """The database is older or newer than this program."""


class DataError(AgentError):
    """Stored data do not hold together, for example a broken log chain."""

    exit_code = 65


class RefusedAct(DataError):
    """What a person wants to record cannot be so; nothing of it was recorded."""


class NotAuthorised(RefusedAct):
    """The person holds no role that may record this."""

    exit_code = 77


class LetterRefused(DataError):
    """A letter was read over before it could leave and something in it is wrong; it is not sent."""


class StoreError(AgentError):
    """The database or the file store did not take or give what was asked; try again later."""

    exit_code = 75


class CaseMoved(AgentError):
    """The case has changed since it was read: decide again on what it is now."""

    exit_code = 75


class MailboxError(AgentError):
    """The mailbox cannot be read."""

    exit_code = 69


class MailboxUnavailable(MailboxError):
    """No connection, or the server gave up; worth another attempt soon."""


class MailboxRefused(MailboxError):
    """The server refused our credentials or our rights: a person must look."""

    exit_code = 77


class SendError(AgentError):
    """The mail server did not take a message."""

    exit_code = 69


class TransientSendError(SendError):
    """Worth another attempt: no connection, or an SMTP 4xx reply."""


class PermanentSendError(SendError):
    """No attempt will do better (an SMTP 5xx reply): a person must look."""


class UncertainSendError(SendError):
    """The message was handed over but the answer never came: it may have left or not."""
