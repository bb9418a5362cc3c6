"""The official vectors that can be fetched: where they lie, how large they are, whose they are. Read from data/catalog.toml."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any
from urllib.parse import unquote, urlsplit

from embeddings.errors import BadFile, UnknownSpace

FORMATS = ("glove-text", "word2vec-text", "word2vec-binary", "fasttext-vec", "fasttext-bin")
CASES = ("lower", "cased")
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")                                # what a space can be called
FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")                        # no path can be spelled with it
_SUMS = {"sha256": re.compile("[0-9a-f]{64}"), "md5": re.compile("[0-9a-f]{32}")}
_TYPES: dict[str, type | UnionType] = {"str": str, "int": int, "int | None": int, "tuple[str, ...]": list}


@dataclass(frozen=True)
class Offer:
    """One set of official vectors, as its publisher gives it out.

    urls: mirrors of the same file, in the order to try. format: one of FORMATS. dim: numbers a vector. words: vectors in the file,
    and bytes: size of the file that is fetched; None where unknown, and rounded where `approximate` names them. sha256, md5: of
    the file that is fetched, "" where unknown. member: shell pattern of the file inside a zip that holds several, else "".
    case: "lower" or "cased". family: name of the pattern that many languages share, "" for a set that stands alone.
    """

    name: str
    title: str
    urls: tuple[str, ...]
    format: str
    dim: int
    case: str
    licence: str
    paper: str
    words: int | None = None
    bytes: int | None = None
    approximate: tuple[str, ...] = ()
    sha256: str = ""
    md5: str = ""
    member: str = ""
    note: str = ""
    language: str = ""
    family: str = ""

    @property
    def file_name(self) -> str:
        """The name that the file is kept under: the last part of the first url."""
        return unquote(urlsplit(self.urls[0]).path).rpartition("/")[2]

    @property
    def exact_bytes(self) -> int | None:
        """The size of the file to the byte; None where it is unknown or rounded."""
        return None if "bytes" in self.approximate else self.bytes

    def as_json(self) -> dict[str, Any]:
        """Every field under its own name, as the command line prints it."""
        return asdict(self)


@cache
def offers() -> tuple[Offer, ...]:
    """Every offer of data/catalog.toml, in its order. Raises BadFile naming the entry that cannot be used."""
    path = Path(__file__).parent / "data" / "catalog.toml"
    return read(path.read_text(encoding="utf-8"), path.name)


def offer(name: str, among: Iterable[Offer] | None = None) -> Offer:
    """The offer of that name among those given, else among all. Raises UnknownSpace with near names."""
    known = {each.name: each for each in (offers() if among is None else among)}
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name.lower(), known, n=4, cutoff=0.6)
    hint = f" Near: {', '.join(near)}." if near else ""
    raise UnknownSpace(f"There are no vectors '{name[:80]}' to fetch.{hint} python -m embeddings fetch --list tells all {len(known):,}.")


def read(text: str, file: str) -> tuple[Offer, ...]:
    """The offers of a catalogue in TOML: [[offer]] in full, then each [[family]] once a language.

    Raises BadFile naming the file, the entry and what is wrong with it: not TOML, an unknown or missing field, a field of the
    wrong kind, an address that is not http or https, a name given twice, a file that two entries describe differently.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadFile(f"{file} cannot be read as TOML: {error}.") from error
    _only(tables, {"offer", "family", "languages"}, file)
    for key, kind in (("offer", list), ("family", list), ("languages", dict)):
        if not isinstance(tables.setdefault(key, kind()), kind):
            raise BadFile(f"{file}: {key} is not a table; see the head of the file.")
    found = [_offer(_table(entry, file), file) for entry in tables["offer"]]
    for entry in tables["family"]:
        found += _members(_table(entry, file), tables["languages"], file)
    _refuse_twins(found, file)
    return tuple(found)


def _table(entry: Any, file: str) -> dict[str, Any]:
    if not isinstance(entry, dict):
        raise BadFile(f"{file} has {entry!r} where a table is needed.")
    return entry


def _members(family: Mapping[str, Any], languages: Mapping[str, Any], file: str) -> list[Offer]:
    """The offers of a family: its fields with {code} and {language} filled in, for each language of its table."""
    where = f"{file}, family '{family.get('name', '')}'"
    rest = {key: value for key, value in family.items() if key not in {"languages", "sha256"}}
    sums, chosen = family.get("sha256", {}), languages.get(str(family.get("languages", "")))
    if not isinstance(chosen, dict) or not isinstance(sums, dict) or not all(isinstance(each, str) for each in chosen.values()):
        raise BadFile(f"{where}: languages names a table of names under [languages], and sha256 is a table of its keys.")
    _only(sums, set(chosen), f"{where}, sha256")
    found = []
    for code, language in chosen.items():
        entry = {key: _filled(value, code, language) for key, value in rest.items()}
        found.append(_offer(entry | {"sha256": sums.get(code, ""), "language": language, "family": family.get("name", "")}, file))
    return found


def _filled(value: Any, code: str, language: str) -> Any:
    if isinstance(value, list):
        return [_filled(each, code, language) for each in value]
    return value.replace("{code}", code).replace("{language}", language) if isinstance(value, str) else value


def _offer(entry: Mapping[str, Any], file: str) -> Offer:
    where = f"{file}, '{entry.get('name', 'an entry without a name')}'"
    kinds = {field.name: str(field.type) for field in fields(Offer)}
    _only(entry, set(kinds), where)
    for key, value in entry.items():
        if not isinstance(value, _TYPES[kinds[key]]) or isinstance(value, bool) or not _all_text(value):
            raise BadFile(f"{where}: {key} is {value!r}, which is not {kinds[key].removesuffix(' | None')}.")
    missing = [name for name in ("name", "title", "urls", "format", "dim", "case", "licence", "paper") if not entry.get(name)]
    if missing:
        raise BadFile(f"{where} has no {', '.join(missing)}.")
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    made = Offer(**values)
    for trouble in _troubles(made):
        raise BadFile(f"{where}: {trouble}.")
    return made


def _all_text(value: Any) -> bool:
    """True for anything but a list that holds something else than text."""
    return not isinstance(value, list) or all(isinstance(each, str) for each in value)


def _troubles(made: Offer) -> list[str]:
    """What is wrong with the values of an offer, in clauses."""
    found = [f"{url!r} is not an http or https address" for url in made.urls if not _is_address(url)]
    if not NAME.fullmatch(made.name):
        found.append("name is not made of a-z, 0-9, - and _, 60 at most")
    if not found and not FILE.fullmatch(made.file_name):
        found.append(f"{made.urls[0]!r} does not end in the name of a file")
    found += [f"format is {made.format!r}; it can be {', '.join(FORMATS)}"] * (made.format not in FORMATS)
    found += [f"case is {made.case!r}; it can be {', '.join(CASES)}"] * (made.case not in CASES)
    found += [f"{key} is not a {key} in lower-case hexadecimal" for key, form in _SUMS.items()
              if getattr(made, key) and not form.fullmatch(getattr(made, key))]  # fmt: skip
    found += [f"{key} is {value:,}, and not above zero" for key, value in (("dim", made.dim), ("words", made.words), ("bytes", made.bytes))
              if value is not None and value < 1]  # fmt: skip
    found += [f"approximate names {key!r}, and no {key} is given" for key in made.approximate
              if key not in {"words", "bytes"} or getattr(made, key) is None]  # fmt: skip
    return found


def _is_address(url: str) -> bool:
    if not url.isascii() or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
    except ValueError:                                                         # a bracket that is not an IPv6 address
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc


def _only(table: Mapping[str, Any], known: set[str], where: str) -> None:
    unknown = [key for key in table if key not in known]
    if unknown:
        raise BadFile(f"{where} has {', '.join(map(repr, unknown))}, which is not known here.")


def _refuse_twins(found: list[Offer], file: str) -> None:
    """Raises BadFile where two offers share a name, or keep different files under one file name."""
    names: set[str] = set()
    files: dict[str, Offer] = {}
    for each in found:
        if each.name in names:
            raise BadFile(f"{file} has '{each.name}' twice.")
        names.add(each.name)
        first = files.setdefault(each.file_name, each)
        if [getattr(first, key) for key in _FILE_FACTS] != [getattr(each, key) for key in _FILE_FACTS]:
            raise BadFile(f"{file}: '{first.name}' and '{each.name}' share {each.file_name} and differ in its {', '.join(_FILE_FACTS)}.")


_FILE_FACTS = ("urls", "bytes", "sha256", "md5")
