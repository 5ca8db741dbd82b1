"""Drafts the layout of a form from a blank copy of it, for a person to check.

Pure. What the form asks is told by `formshape`, which fields that gives by `formknown`: a field is
set only where a layout in use has the very label, whatever is merely like one is a comment.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from datetime import date

from agent.declared import validate
from agent.errors import DataError
from agent.extract import extract, short_texts
from agent.formdraft import Draft, render_draft, slug
from agent.formguess import fill_draft
from agent.formknown import Known
from agent.formshape import find_shape
from agent.labels import label_key
from agent.layouts import Layout
from agent.locate import find_answers
from agent.model.document import Document
from agent.model.message import Kind

_TITLE_WORDS = re.compile(
    r"\b(?:form|referral|notification|report|return|request|scoping|summary|review|template)\b",
    re.IGNORECASE,
)
_VERSION = re.compile(r"[\s(,–-]*\b(?:v|ver|version)\.?\s*\d[\w.]*\W*$", re.IGNORECASE)
_MAX_TITLE = 100
_MAX_TITLES = 3
# A form says what it is in its first lines.
_FIRST = 8
_SHOWN = 12


def learn_form(
    document: Document, layouts: Sequence[Layout], id_: str | None, kind: Kind | None, on: date
) -> Draft:
    """Return a draft for the form that a document is a blank copy of; `layouts` are those in use.

    Raises:
        DataError: the document asks nothing, or is filled in: then its answers, which are
            somebody's data, might be taken for labels.
    """
    form = extract(document, layouts)
    if form is not None and form.filled:
        raise DataError(f"{document.filename} is filled in: learn from a blank copy of the form.")
    titles = _titles(document, layouts)
    known_kind = kind or (Kind(form.kind) if form else _kind_of(titles, layouts))
    known = Known(layouts, known_kind)
    items = find_shape(document.blocks, known.is_label)
    title = titles[0] if titles else "New form"
    draft = Draft(
        id=id_ or slug(title.rpartition(":")[2]) or "new-form",
        kind=known_kind or Kind.UNKNOWN,
        source=f"learned from the blank form {document.filename}; name the published document",
        checked_on=on,
        titles=titles or [title],
    )
    fill_draft(draft, known, items)
    if known_kind is None:
        draft.unsure.insert(0, "The kind could not be told: put one in the place of `unknown`.")
    elif kind is None:
        draft.unsure.insert(0, f"The kind `{draft.kind}` is a guess from title and labels.")
    if form is not None:
        words = f"The layout `{form.layout}` reads this form already: is the draft needed?"
        draft.unsure.insert(0, words)
    if draft.id in {layout.id for layout in layouts}:
        draft.unsure.append(f"A layout `{draft.id}` is in use, which this one would replace.")
    _settle(draft, document)
    return draft


def _titles(document: Document, layouts: Sequence[Layout]) -> list[str]:
    """Return the lines that say which form it is: those known as titles, else those that sound like
    one, else the first."""
    texts = [text for text in short_texts(document.blocks) if label_key(text[:_MAX_TITLE])]
    texts = [text for text in texts[:_FIRST] if len(text) <= _MAX_TITLE]
    known = [text for text in texts if _is_title(text, layouts)]
    sounding = [text for text in texts if _TITLE_WORDS.search(text) and text[-1] not in ".:?"]
    found = (known or sounding or texts[:1])[:_MAX_TITLES]
    return list(dict.fromkeys(_VERSION.sub("", text).strip().replace("...", "") for text in found))


def _is_title(text: str, layouts: Sequence[Layout]) -> bool:
    found = (layout.find_title([(text, label_key(text))]) for layout in layouts)
    return any(found)


def _kind_of(titles: Sequence[str], layouts: Sequence[Layout]) -> Kind | None:
    texts = [(text, label_key(text)) for text in titles]
    found = [(title, one) for one in layouts if (title := one.find_title(texts)) is not None]
    return max(found, key=lambda one: one[0])[1].kind if found else None


def _settle(draft: Draft, document: Document) -> None:
    """Read the blank form by its own draft: what is printed there and read as an answer becomes an
    instruction, and what still is not right is said."""
    for text in _read_as_answers(draft, document):
        draft.instructions.append(text)
    layout = _load(draft)
    form = extract(document, [layout])
    if form is None:
        draft.unsure.append("The draft does not know its own form again: check titles and labels.")
    elif form.filled:
        draft.unsure.append("Words printed on the form are still read as answers; look for them.")
    seen = find_answers(document.blocks, layout).labels
    names = [one.name for one in layout.question] + [one.name for one in layout.table]
    lost = [name for name in names if name not in seen]
    if lost:
        draft.unsure.append(f"Not found again where they stand: {', '.join(lost[:_SHOWN])}.")


def _read_as_answers(draft: Draft, document: Document) -> Iterator[str]:
    form = extract(document, [_load(draft)])
    for answer in form.fields.values() if form else ():
        if answer is not None:
            yield from answer.raw.split("\n")


def _load(draft: Draft) -> Layout:
    return validate(tomllib.loads(render_draft(draft)), Layout, "the draft")
