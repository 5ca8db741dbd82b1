"""What is wrong with rule files, as much as can be told at once; it needs no mail, prints nothing.

What the loaders refuse is found too, each with its rule: the agent does not start with it. With the
rest it starts, but a rule or a phrase is of no use, or surely not what was meant.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from agent.config import shipped
from agent.declared import load_declared
from agent.errors import RuleError
from agent.leaning import load_leanings
from agent.letterrules import TEMPLATES
from agent.letters import Templates, load_templates
from agent.model.register import Register
from agent.predicates import PREDICATES
from agent.profile import (
    ASKED_BY_THE_PROGRAM,
    Office,
    Profile,
    Site,
    find_file,
    load_office,
)
from agent.reach import adds_nothing, find_hiders, is_impossible, is_unconditional
from agent.rulefiles import Finding, RuleTable, WordFile, read_live_risk, read_rules, read_words

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Sources:
    """Where files are looked for, the first place first."""

    rules: tuple[Path, ...]
    templates: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class _Area:
    """What one area's mails are judged by: its own files, where it has them, before the shared;
    `asked` are the sets of phrases that its profile names or that the leanings weigh."""

    slug: str
    tables: tuple[RuleTable, ...]
    words: tuple[WordFile, ...]
    asked: frozenset[str]


def find_sources(overrides: Path | None, rules: Path | None = None) -> Sources:
    """Return where the rules in force lie, with the folder `rules` before them.

    Raises:
        RuleError: `rules` is no folder, or holds no file of a name that is read.
    """
    own = () if overrides is None else (overrides / "rules",)
    tried = () if rules is None else (rules,)
    if rules is not None and not rules.is_dir():
        raise RuleError(f"{rules}: there is no such folder of rules.")
    if rules is not None and not any(_is_read(path, rules) for path in rules.rglob("*.toml")):
        raise RuleError(f"{rules}: it holds no file of rules, such as mail.toml or words.toml.")
    templates = () if overrides is None else (overrides / "templates",)
    return Sources((*tried, *own, shipped("rules")), (*templates, shipped("templates")))


def load_from(
    sources: Sources, slug: str, site: Site, register: Register
) -> tuple[Office, Templates]:
    """Return one partnership as these files declare it; raises RuleError as `load_area` does."""
    office = load_office(slug, site, register, sources.rules, frozenset(PREDICATES))
    templates = load_templates(sources.templates)
    templates.check(slug, [name for name in TEMPLATES if office.sending(name) != "off"])
    return office, templates


def find_areas(sources: Sources) -> list[str]:
    """Return the slugs of every partnership there is a folder of, sorted."""
    folders = (path for folder in sources.rules for path in (folder / "partnerships").glob("*"))
    return sorted({path.name for path in folders if path.is_dir()})


def check_rules(sources: Sources, partnership: str | None = None) -> tuple[Finding, ...]:
    """Return what is wrong with the shared files and those of one area, or of all; the worst first.

    Raises:
        RuleError: there is no such partnership.
    """
    slugs = find_areas(sources)
    if partnership is not None and partnership not in slugs:
        raise RuleError(f"There is no partnership `{partnership}`; known: {', '.join(slugs)}.")
    read_table, read_set = cache(read_rules), cache(read_words)
    weighed = _weighed(sources)
    areas = {
        slug: _Area(
            slug,
            tuple(map(read_table, _own_before_shared(sources, slug, "mail.toml"))),
            tuple(map(read_set, _own_before_shared(sources, slug, "words.toml"))),
            _asked_by_profile(sources, slug) | weighed,
        )
        for slug in slugs
    }
    chosen = [areas[slug] for slug in ([partnership] if partnership else slugs)]
    found = [one for area in chosen for one in _in_area(area)]
    found += _unused(chosen, list(areas.values()))
    found += read_live_risk(find_file(sources.rules, "live_risk.toml"))
    found += _unread(sources)
    for area in chosen:
        found += _refused(sources, area.slug, found)
    return tuple(sorted(dict.fromkeys(found), key=lambda one: not one.stops))


def _own_before_shared(sources: Sources, slug: str, name: str) -> list[Path]:
    own = find_file(sources.rules, f"partnerships/{slug}/{name}")
    return [*([own] if own.is_file() else []), find_file(sources.rules, name)]


def _asked_by_profile(sources: Sources, slug: str) -> frozenset[str]:
    """Return the sets of phrases that the area's profile asks for; of one that is wrong, none."""
    try:
        profile = load_declared(
            find_file(sources.rules, f"partnerships/{slug}/profile.toml"), Profile
        )
    except RuleError:
        return frozenset()
    return frozenset(() if profile.criteria is None else profile.criteria.asked_sets())


def _weighed(sources: Sources) -> frozenset[str]:
    """Return the sets of phrases that the leanings weigh; of a file that is wrong, none."""
    try:
        return load_leanings(find_file(sources.rules, "leanings.csv")).weighed_sets()
    except RuleError:
        return frozenset()


def _in_area(area: _Area) -> Iterator[Finding]:
    for words in area.words:
        yield from words.findings
    for table in area.tables:
        yield from table.findings
    # What is in a file that cannot be read, nobody knows.
    if all(words.names for words in area.words):
        yield from _without_phrases(area)
    yield from _doubled(area)
    yield from _unreachable(area)
    yield from _useless_second_points(area)
    yield from _useless_doubts(area)


def _without_phrases(area: _Area) -> Iterator[Finding]:
    sets = {name for words in area.words for name in words.names}
    for table in area.tables:
        for where, name in table.asked_sets():
            if name not in sets:
                wrong = f"It asks for the phrases `{name}`; no words.toml has them."
                advice = f"Write the set [{name}], or correct the name."
                yield Finding(str(table.path), where, wrong, advice, stops=True)
    for name in sorted(ASKED_BY_THE_PROGRAM - sets):
        wrong = "The program itself asks for these phrases; no words.toml has them."
        yield Finding(str(area.words[-1].path), f"[{name}]", wrong, "Write the set.", stops=True)


def _doubled(area: _Area) -> Iterator[Finding]:
    seen: dict[str, Path] = {}
    for table in area.tables:
        for rule in table.rules:
            if rule.id in seen:
                wrong = f"Two rules are called so; the other one stands in {seen[rule.id]}."
                where = f"rule `{rule.id}`"
                yield Finding(str(table.path), where, wrong, "Rename one.", stops=True)
            seen.setdefault(rule.id, table.path)


def _unreachable(area: _Area) -> Iterator[Finding]:
    placed = [(rule, str(table.path)) for table in area.tables for rule in table.rules]
    files = {rule.id: file for rule, file in reversed(placed)}
    for at, (rule, file) in enumerate(placed):
        where = f"rule `{rule.id}`"
        if is_unconditional(rule):
            if after := [f"`{later.id}`" for later, _ in placed[at + 1 :]]:
                more = ", ..." if len(after) > _SHOWN else ""
                wrong = f"It holds for every mail: {len(after)} rules after it are never reached: "
                wrong += ", ".join(after[:_SHOWN]) + more + "."
                yield Finding(file, where, wrong, "Move it to the end of the last file.")
            return
        if is_impossible(rule):
            wrong = "It never holds: it asks for what it excludes, or for one of no words."
            yield Finding(file, where, wrong, "Correct `when` or `unless`, or remove the rule.")
        elif hiders := find_hiders(rule, [one for one, _ in placed[:at] if one.id != rule.id]):
            names = ", ".join(
                f"`{one.id}`" + (f" of {files[one.id]}" if files[one.id] != file else "")
                for one in hiders
            )
            elsewhere = any(files[one.id] != file for one in hiders)
            area_says = f"In {area.slug} it" if elsewhere else "It"
            wrong = f"{area_says} is never reached: every mail it would take goes to {names}."
            advice = "Move it before, or remove it."
            if elsewhere:
                advice = "Leave it if the area means to replace it; else narrow the area's rule."
            yield Finding(file, where, wrong, advice)


def _useless_second_points(area: _Area) -> Iterator[Finding]:
    placed = [(one, str(table.path)) for table in area.tables for one in table.also]
    for at, (one, file) in enumerate(placed):
        where = f"second point `{one.kind}`"
        if is_impossible(one) or not set(one.beside) - {one.kind}:
            wrong = "It never holds: it excludes what it asks for, or stands beside no other kind."
            yield Finding(file, where, wrong, "Correct it, or remove it.")
        elif adds_nothing(one, [earlier for earlier, _ in placed[:at]]):
            wrong = "It adds nothing: an earlier second point of its kind holds wherever it does."
            yield Finding(file, where, wrong, "Remove it.")


def _useless_doubts(area: _Area) -> Iterator[Finding]:
    for table in area.tables:
        for one in table.doubts:
            if is_impossible(one) or not one.against:
                wrong = "It never holds: it excludes what it asks for, or is against no kind."
                yield Finding(str(table.path), f"doubt `{one.why}`", wrong, "Correct it.")


def _unused(chosen: Sequence[_Area], every: Sequence[_Area]) -> Iterator[Finding]:
    asked = {name for area in every for table in area.tables for _, name in table.asked_sets()}
    asked |= {name for area in every for name in area.asked}
    for area in chosen:
        for file in area.words:
            for name in file.names:
                if name not in asked | ASKED_BY_THE_PROGRAM:
                    wrong = "No rule asks for these phrases."
                    advice = "Name the set in a rule, or remove it."
                    yield Finding(str(file.path), f"[{name}]", wrong, advice)


def _refused(sources: Sources, slug: str, told: Sequence[Finding]) -> Iterator[Finding]:
    """Yield why the area cannot be loaded, unless something of that file is told already."""
    try:
        load_from(sources, slug, Site().with_stand_ins(), Register(()))
    except RuleError as error:
        file, _, wrong = str(error).partition(": ")
        if not any(one.stops and one.file == file for one in told):
            where = "" if Path(file).parent in sources.rules else f"area {slug}"
            yield Finding(file, where, wrong, "Mend it.", stops=True)


def _unread(sources: Sources) -> Iterator[Finding]:
    for folder in sources.rules:
        for path in sorted(folder.rglob("*.toml")):
            if not _is_read(path, folder):
                wrong = "Nothing reads a file of this name here."
                yield Finding(str(path), "", wrong, "Correct the name, or remove it.")


def _is_read(path: Path, folder: Path) -> bool:
    """Return whether a file of this name is looked for there: one like it is shipped."""
    names, known = path.relative_to(folder).parts, shipped("rules")
    if names[0] == "partnerships" and len(names) > 2:
        of_an_area = {"mail.toml", "words.toml", *(one.name for one in known.glob("*/*/*.toml"))}
        return names[2] in of_an_area if len(names) == 3 else (known / names[2]).is_dir()
    return (known / names[0]).is_dir() if len(names) > 1 else (known / names[0]).is_file()
