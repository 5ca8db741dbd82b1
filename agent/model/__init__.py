"""The values that flow down the line: Message, Document, Form, Case, Decision. Frozen, no behaviour
beyond small questions about themselves, no imports from the rest of the program."""
