"""Safeguarding Mailbox Agent: the clerical part of serious-incident work, done from a mailbox."""
