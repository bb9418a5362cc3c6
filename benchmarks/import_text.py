"""A text file of 400,000 x 300 into the store, beside gensim's reader and the plain reading of its bytes; memory at 2,000,000 x 300."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.measure import ROOT, Measured, Run, alternate, fresh
from benchmarks.report import Check, Line, Target
from embeddings import catalog
from embeddings.word_vectors import WordVectors

ROUNDS, DIM, MOST_BYTES = 1, 300, 400e6     # gensim takes more than a minute a round

GENSIM = """
import sys
from gensim.models import KeyedVectors
print(len(KeyedVectors.load_word2vec_format(sys.argv[1], no_header=True)))
"""
PLAIN = """
import sys
with open(sys.argv[1], "rb", buffering=0) as file:
    block = bytearray(1 << 20)
    while file.readinto(block):
        pass
print("read")
"""


def measure() -> list[Line | Check]:
    """CPU seconds of whole processes. The numbers are GloVe's 50 dimensions turned into 300, and a little noise."""
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder) / "400k.txt", Path(folder) / "2M.txt"
        write_lifted(catalog.open_space(), small)
        _ours(small)                                                           # the compiler's cache and the page cache
        contenders = {
            "ours": lambda _: _ours(small)[0],
            "gensim `load_word2vec_format`": lambda _: fresh(GENSIM, str(small), says="400000"),
            "reading the bytes": lambda _: fresh(PLAIN, str(small), says="read"),
        }
        found = {name: _cpu(runs) for name, runs in alternate(contenders, ROUNDS).items()}
        size = small.stat().st_size / 1e6
        rates = {name: size / runs.wall.median for name, runs in found.items()}
        what = f"Import of text, 400,000 × 300 ({size:,.0f} MB), CPU seconds"
        _repeat(small, large, 5)
        run, told = _ours(large)
        told_rate = "; ".join(f"{name} {rate:,.0f}" for name, rate in rates.items()) + " MB a CPU second"
        memory = f"{told['peak_bytes'] / 1e6:,.0f} MB at most, {large.stat().st_size / 1e9:.1f} GB in {run.wall:,.0f} s"
        return [
            Line("import_text", what, found["ours"], found["gensim `load_word2vec_format`"], Target("ratio", 0.05)),
            Check("import_text", "Import of text, rate", told_rate, "", None),
            Check("import_text", "Memory of an import, 2,000,000 × 300", memory, "under 400 MB", told["peak_bytes"] < MOST_BYTES),
        ]


def lifted(wv: WordVectors, seed: int = 0) -> Iterator[np.ndarray]:
    """Blocks of 10,000 rows of the space in 300 dimensions: turned by an orthogonal matrix, with noise of a twentieth."""
    rng = np.random.default_rng(seed)
    turn = np.linalg.qr(rng.standard_normal((DIM, DIM)))[0][: wv.dim].astype(np.float32)
    for start in range(0, wv.n_words, 10_000):
        rows = wv.vectors[start : start + 10_000] @ turn
        yield rows + np.float32(0.05) * rng.standard_normal(rows.shape, np.float32)


def write_lifted(wv: WordVectors, path: Path) -> None:
    """The lifted space as GloVe text with five digits."""
    line = "%s" + " %.5g" * DIM + "\n"
    words = iter(wv)
    with path.open("w", encoding="utf-8") as out:
        for rows in lifted(wv):
            out.writelines(line % (word, *row) for row, word in zip(rows.tolist(), words, strict=False))


def _repeat(small: Path, large: Path, times: int) -> None:
    """The file several times over, each time with other words."""
    with large.open("wb") as out:
        for time_ in range(times):
            with small.open("rb") as lines:
                out.writelines(b"%d_%s" % (time_, line) for line in lines)


def _ours(file: Path) -> tuple[Run, dict[str, object]]:
    """One import as a person would start it, into a data folder that is gone afterwards."""
    home = tempfile.mkdtemp(dir=file.parent)
    environment = os.environ | {"PYTHONPATH": str(ROOT), "EMBEDDINGS_HOME": home}
    wall = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "embeddings", "import", str(file), "--json"], env=environment, stdout=subprocess.PIPE)
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    run = Run(time.perf_counter() - wall, used.ru_utime + used.ru_stime)
    process.stdout.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    shutil.rmtree(home)
    told = json.loads(said)
    if process.returncode or told["n_refused"]:
        raise RuntimeError(f"The import ended with {process.returncode}: {told}")
    return run, told


def _cpu(measured: Measured) -> Measured:
    """The same runs with CPU seconds in the place of wall seconds: other work on the machine does not touch them."""
    return Measured(measured.name, tuple(Run(run.cpu or 0.0, run.cpu) for run in measured.runs))
