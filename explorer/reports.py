"""Spaces, their repair reports, indexes and runs in words. Markdown in which all that comes from a file is text to the letter."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from embeddings.catalog import Entry
from embeddings.formats import repairs as repairs_of
from embeddings.formats.repairs import Repairs
from embeddings.offers import Offer
from embeddings.runs import Run, duration
from explorer.messages import code, plain

KINDS = {"int8": "Faster exact search", "ivf": "Approximate search"}
"""What is built beside a space, as a reader calls it."""

VERBS = {"import": "Import", "fetch": "Fetch", "export": "Export", "index": "Index"}
"""The runs that the page of vectors shows."""


UNSTATED = "not stated by the publisher"

CASES = {"lower": "lower case only", "cased": "small and capital letters"}
"""What an offer's case says of its words."""

KEEP_FILE = ": --keep-file keeps it"
"""What notes of offers say to readers in a shell; there is no such switch on the page."""


def size(n: int) -> str:
    """Bytes as people say them: 12 bytes, 3.4 kB, 1.2 GB."""
    if n < 1000:
        return f"{n} bytes"
    step = next((step for step in ((1e3, "kB"), (1e6, "MB")) if n < 999.95 * step[0]), (1e9, "GB"))
    return f"{n / step[0]:,.1f} {step[1]}"


def _counted(n: int, what: str) -> str:
    return f"1 {what}" if n == 1 else f"{n:,} {what}s"


def in_short(repairs: Repairs | None) -> str:
    """What had to be done to a file in one line without markup, "" where nothing had to."""
    if repairs is None:
        return ""
    mended = sum(times for kind, times in repairs.repairs.items() if not kind.startswith("duplicate"))
    told = [
        f"{_counted(repairs.n_refused, 'row')} refused" if repairs.n_refused else "",
        f"{_counted(repairs.n_duplicates, 'duplicate')} dropped" if repairs.n_duplicates else "",
        _counted(mended, "repair") if mended else "",
    ]
    return ", ".join(filter(None, told))


def order(repairs: Repairs | None) -> str:
    """A caution where "the most frequent words" may not be what their name says, "" where they are."""
    if repairs is None or repairs.order.looks:
        return ""
    known = "is not" if repairs.order.looks is False else "may not be"
    return f"The order of the words {known} by frequency: “most frequent” means the first rows here."


def report(repairs: Repairs | None, kept: bool) -> str:
    """The whole repair report as a list."""
    if repairs is None:
        origin = "It was kept from memory" if kept else "It came with this program"
        return f"{origin}: no file was imported, so there is no repair report."
    return "\n".join(f"- {plain(sentence)}" for sentence in repairs_of.sentences(repairs))


def source(entry: Entry) -> str:
    """Where a space comes from, what it may be used for, and the file it was made of."""
    told = entry.source
    rows = [
        ("Title", plain(told.title)),
        ("Credit", plain(told.credit)),
        ("Licence", plain(told.licence) or "none stated: ask whoever made the vectors"),
        ("Address", code(told.url) if told.url else ""),
        ("File", _file(told.path)),
        ("SHA-256 of the file", code(told.sha256) if told.sha256 and entry.repairs else ""),
    ]
    return "\n".join(f"- {name}: {value}" for name, value in rows if value)


def _file(path: str) -> str:
    """The file a space was made of: where it lies, or that it is kept no longer, as one that was dropped."""
    if not path:
        return ""
    return code(path) if Path(path).exists() else f"{code(Path(path).name)}, which is not kept"


def memory(held: Mapping[str, int], budget: int) -> str:
    """How much of the memory set aside for open spaces is taken."""
    taken = sum(held.values())
    if len(held) == 1 and taken > budget:
        return (
            f"1 space open now: {size(taken)}. That is more than the {size(budget)} set aside by EMBEDDINGS_MEMORY, "
            "but one space always stays open."
        )
    return (
        f"{_counted(len(held), 'space')} open now: {size(taken)} of {size(budget)}. Beyond that the one asked longest ago is let go of, "
        "and opened again when it is asked. EMBEDDINGS_MEMORY sets the gigabytes."
    )


def index(kind: str, meta: Mapping[str, Any]) -> str:
    """What was built beside a space, and how good it is."""
    took = f"{size(int(meta['bytes']))}, built in {duration(float(meta['seconds']))}"
    if kind == "int8":
        return f"**{KINDS[kind]}**: {took}. Every answer stays the same; searching reads a quarter of the bytes first."
    share = f"{100 * float(meta['recall']):.1f} %"
    return (
        f"**{KINDS[kind]}**: {took}. Of the {meta['k']} nearest words it finds **{share}**, measured on {int(meta['tried']):,} words. "
        "It answers only where you turn it on."
    )


def damage(trouble: str) -> str:
    """What is wrong with a damaged space, as far as it helps a reader: without what a parser said of it."""
    return trouble.partition(" (")[0].removesuffix(".") + "."


def removed(name: str, n_bytes: int, instead: str) -> str:
    """What became of a removed space."""
    now = f" It was the one in use; the sidebar is on {instead} now." if instead else ""
    return f"{name} was removed: {size(n_bytes)} are free again.{now}"


def done(run: Run) -> str:
    """What a run that is done has brought, without markup. The page of vectors shows more below."""
    told = run.result if isinstance(run.result, dict) else {}
    took = f" ({duration(run.seconds)})"
    if run.verb in ("import", "fetch") and "space" in told:
        return f"{told['space']} is kept: {int(told.get('rows', 0)):,} words of {int(told.get('dim', 0)):,} dimensions{took}."
    if run.verb == "export" and "files" in told:
        return f"{told.get('space')} is written as {len(told['files'])} file{'s' if len(told['files']) > 1 else ''}{took}."
    if run.verb == "index" and "built" in told:
        return f"{told.get('space')}: {' and '.join(KINDS.get(each['kind'], each['kind']).lower() for each in told['built'])} built{took}."
    return f"{run.name}: done{took}."


def offer(chosen: Offer) -> str:
    """What can be fetched, whose it is, and what surprises its readers."""
    about = "about " if "bytes" in chosen.approximate else ""
    loaded = f"{about}{size(chosen.bytes)}" if chosen.bytes else f"size {UNSTATED}"
    words = f"{'about ' if 'words' in chosen.approximate else ''}{chosen.words:,}" if chosen.words else f"number {UNSTATED}"
    sums = "checked by its SHA-256" if chosen.sha256 else "checked by its MD5" if chosen.md5 else "no checksum is published"
    rows = [
        ("Words", f"{words}; {chosen.dim:,} dimensions, {CASES[chosen.case]}"),
        ("Download", f"{loaded}; {sums}"),
        ("Licence", plain(chosen.licence)),
        ("Paper", plain(chosen.paper)),
        ("Address", code(chosen.urls[0])),
        ("Inside the archive", code(chosen.member) if chosen.member else ""),
        ("Note", plain(chosen.note.replace(KEEP_FILE, ""))),
    ]
    return "\n".join([f"**{plain(chosen.title)}**", "", *(f"- {name}: {value}" for name, value in rows if value)])
