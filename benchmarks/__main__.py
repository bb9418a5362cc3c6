"""The door: python -m benchmarks [NAME ...] [--write-readme]."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks import (
    enter_to_ranking,
    exact_top_10,
    first_answer,
    first_page,
    google_set,
    hubness,
    import_binary,
    import_text,
    near_spellings,
    reopen,
    report,
    search_large,
)
from benchmarks.measure import ROOT

HERE = Path(__file__).resolve().parent
BENCHMARKS = {
    module.__name__.rpartition(".")[2]: module
    for module in (
        first_answer,
        reopen,
        import_text,
        import_binary,
        exact_top_10,
        search_large,
        google_set,
        hubness,
        near_spellings,
        enter_to_ranking,
        first_page,
    )
}
"""The table. A new benchmark is a file with `measure() -> list of lines` and its name here."""


def main(argv: list[str] | None = None) -> int:
    """Run the named benchmarks, or all; print the table; after a run of all, save it. Exit status 2 for a bad call."""
    asked = arguments(argv)
    readme = ROOT / "README.md"
    if asked.write_readme:
        try:
            report.placed(readme.read_text(encoding="utf-8"), "")              # fail now, not after five minutes
        except (OSError, report.NoPlace) as error:
            print(f"README.md cannot take the table. {error}", file=sys.stderr)
            return 2
    facts = report.machine(exact_top_10.blas_threads())
    lines: list[report.Line | report.Check] = []
    for name in asked.names or BENCHMARKS:
        print(f"{name} …", file=sys.stderr, flush=True)
        lines += BENCHMARKS[name].measure()
    told = report.page(lines, facts)
    print(told)
    if not asked.names:
        report.save(lines, facts, HERE)
    if asked.write_readme:
        readme.write_text(report.placed(readme.read_text(encoding="utf-8"), told), encoding="utf-8")
    return 0


def arguments(argv: list[str] | None) -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Ratios against named peers, measured in one run.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of {', '.join(BENCHMARKS)}; they are printed, not saved")
    parser.add_argument("--write-readme", action="store_true", help="after a run of all, put the table into README.md")
    asked = parser.parse_args(argv)
    unknown = [name for name in asked.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"there is no benchmark {', '.join(unknown)}. There are {', '.join(BENCHMARKS)}.")
    if asked.names and asked.write_readme:
        parser.error("the README shows one run of all benchmarks; name none with --write-readme.")
    return asked


if __name__ == "__main__":
    sys.exit(main())
