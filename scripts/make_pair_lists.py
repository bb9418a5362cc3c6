"""Make the pair lists of the box from Google's analogy set, which gensim carries in its test data.

    python scripts/make_pair_lists.py               writes embeddings/data/pairs
    python scripts/make_pair_lists.py --folder DIR  writes elsewhere

A line of the set, "Athens Greece Baghdad Iraq", holds two pairs. Each distinct pair is kept in file order, lower-cased, and
turned where the set has it the other way round than the list's name reads.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

PAIRS = Path(__file__).parent.parent / "embeddings" / "data" / "pairs"
SOURCE = "Google analogy set (Mikolov et al. 2013, arXiv:1301.3781), from gensim's test data"
LICENCE = "Apache-2.0"


@dataclass(frozen=True)
class Section:
    """One list: the section of the set it is made from, its title, and whether its pairs are turned round."""

    name: str
    section: str
    title: str
    is_turned: bool = False


SECTIONS = (
    Section("capital", "capital-common-countries", "Country to capital, the best known", is_turned=True),
    Section("capital-world", "capital-world", "Country to capital, the world", is_turned=True),
    Section("currency", "currency", "Country to currency"),
    Section("city-in-state", "city-in-state", "City to state of the USA"),
    Section("nationality", "gram6-nationality-adjective", "Country to nationality"),
    Section("family", "family", "Male to female, mostly kin"),
    Section("plural", "gram8-plural", "Singular to plural"),
    Section("plural-verbs", "gram9-plural-verbs", "Verb to its form after he or she"),
    Section("participle", "gram5-present-participle", "Verb to present participle"),
    Section("past-tense", "gram7-past-tense", "Present participle to past tense"),
    Section("adverb", "gram1-adjective-to-adverb", "Adjective to adverb"),
    Section("opposite", "gram2-opposite", "Adjective to its opposite by prefix"),
    Section("comparative", "gram3-comparative", "Adjective to comparative"),
    Section("superlative", "gram4-superlative", "Adjective to superlative"),
)


def questions() -> Path:
    """Where gensim.test.utils.datapath("questions-words.txt") lies, found without the 3 s that importing gensim takes."""
    gensim = find_spec("gensim")
    if gensim is None or gensim.origin is None:
        raise SystemExit("gensim is not installed; its test data hold the analogy set. Run: pip install gensim")
    return Path(gensim.origin).parent / "test" / "test_data" / "questions-words.txt"


def sections(lines: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """The distinct pairs of each section, lower-cased, in file order."""
    found: dict[str, dict[tuple[str, str], None]] = {}
    pairs: dict[tuple[str, str], None] = {}
    for line in lines:
        if line.startswith(":"):
            pairs = found.setdefault(line[1:].strip(), {})
        else:
            a, b, c, d = line.lower().split()
            pairs |= {(a, b): None, (c, d): None}
    return {name: list(pairs) for name, pairs in found.items()}


def text(section: Section, pairs: Iterable[tuple[str, str]]) -> str:
    """The list as a file: its header, then a pair a line."""
    head = f"# title: {section.title}\n# source: {SOURCE}, section {section.section}\n# licence: {LICENCE}\n"
    turned = ((second, first) if section.is_turned else (first, second) for first, second in pairs)
    return head + "".join(f"{first} -> {second}\n" for first, second in turned)


def main() -> None:
    """Write every list of SECTIONS into the folder."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, default=PAIRS, help="where the lists are written")
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    found = sections(questions().read_text(encoding="utf-8").splitlines())
    for section in SECTIONS:
        (folder / f"{section.name}.txt").write_text(text(section, found[section.section]), encoding="utf-8")
        print(f"{section.name}: {len(found[section.section])} pairs")


if __name__ == "__main__":
    main()
