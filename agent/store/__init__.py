"""What the agent keeps: one database (SQLite or PostgreSQL) and the raw bytes as files.

Functions take the caller's session and never commit; rows leave as frozen values, never as ORM
objects.
"""
