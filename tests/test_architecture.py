"""The doors between the rooms: who may import whom, and what is written nowhere.

Each rule is a function from a source file to sentences about what breaks it. The first half of this file holds the rules, the
second shows on small sources that each can fail, the third applies them to the tree.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# The library from bottom to top: a module imports from lower lines and from its own room. A new module needs its place here.
LAYERS = [
    ["errors", "__init__"],
    ["settings", "home", "locks"],
    ["vocabulary", "subwords", "runs", "offers"],
    ["word_vectors", "corpus"],
    ["search", "word_lists", "fetch"],
    ["analogy", "direction", "bias", "one_hot", "projections", "formats", "trainers", "language_models", "hubness", "subset", "views"],
    ["query", "catalog", "evaluation", "comparison"],
    ["anatomy"],
    ["cli"],
    ["__main__"],
]
LEVEL = {room: level for level, rooms in enumerate(LAYERS) for room in rooms}
HEAVY = {"gensim", "sklearn", "openTSNE", "umap", "numba", "polars", "scipy", "pyarrow", "rapidfuzz", "faiss"}
SCREENS = {"streamlit", "plotly", "explorer", "pages"}  # what the library never sees
WITHOUT_STREAMLIT = {"charts", "tables", "jobs"}  # rooms of explorer
STATE_NAMES = {"session_state", "query_params"}
PICKLES = {"pickle", "cPickle", "cloudpickle", "dill", "shelve", "marshal", "joblib"}


@dataclass(frozen=True)
class Source:
    """One file: its path in the project, and its syntax tree."""

    path: str
    tree: ast.Module

    @property
    def parts(self) -> list[str]:
        """The module's dotted name in parts, a package's with its `__init__`: ["embeddings", "formats", "native"]."""
        return self.path.removesuffix(".py").split("/")

    @property
    def room(self) -> str:
        """The second part of the name: `formats` for embeddings/formats/native.py, `__init__` for embeddings/__init__.py."""
        return self.parts[1]

    def at(self, node: ast.AST, what: str) -> str:
        return f"{self.path}:{getattr(node, 'lineno', 0)} {what}"


def source(path: str, text: str) -> Source:
    return Source(path, ast.parse(textwrap.dedent(text)))


# ---------------------------------------------------------------------------------------------------- what a file imports


def imports(file: Source, nodes: Iterator[ast.AST] | None = None) -> Iterator[tuple[ast.AST, str]]:
    """Every (node, dotted name) that the file imports: `from a import b` is a.b, relative names are made whole."""
    for node in nodes or ast.walk(file.tree):
        if isinstance(node, ast.Import):
            yield from ((node, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            home = file.parts[: -node.level] if node.level else []  # one dot is the folder that the file lies in
            base = ".".join([*home, *([node.module] if node.module else [])])
            yield from ((node, f"{base}.{name.name}") for name in node.names)
        elif isinstance(node, ast.Call) and _called(node) in {"__import__", "import_module"} and node.args:
            told = node.args[0]
            yield node, told.value if isinstance(told, ast.Constant) and isinstance(told.value, str) else "(unknown)"


def at_module_level(file: Source) -> Iterator[ast.AST]:
    """Every node that runs when the file is imported: nothing inside a function, nothing under `if TYPE_CHECKING`."""
    waiting: list[ast.AST] = [file.tree]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}:
            waiting += node.orelse
        else:
            waiting += ast.iter_child_nodes(node)


def _called(node: ast.Call) -> str:
    """The last name of what is called: `loads` for pickle.loads(...)."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _top(name: str) -> str:
    return name.split(".")[0]


# ---------------------------------------------------------------------------------------------------- the rules


def page_imports_only_its_tools(file: Source) -> list[str]:
    allowed = {"streamlit", "explorer"}
    return [file.at(node, f"imports {name}; a page imports streamlit and explorer only")
            for node, name in imports(file) if _top(name) not in allowed]  # fmt: skip


def page_defines_nothing(file: Source) -> list[str]:
    defined = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    named = ast.Assign | ast.AnnAssign | ast.NamedExpr
    return [file.at(node, "defines something; it belongs in explorer") for node in ast.walk(file.tree)
            if isinstance(node, defined) or (isinstance(node, named) and isinstance(node.value, ast.Lambda))]  # fmt: skip


def explorer_does_not_import_pages(file: Source) -> list[str]:
    return [file.at(node, f"imports {name}; pages import explorer, never back")
            for node, name in imports(file) if _top(name) in {"pages", "streamlit_app"}]  # fmt: skip


def library_does_not_see_the_screens(file: Source) -> list[str]:
    return [file.at(node, f"imports {name}; the library works without the app")
            for node, name in imports(file) if _top(name) in SCREENS]  # fmt: skip


def library_keeps_its_layers(file: Source) -> list[str]:
    if file.room not in LEVEL:
        return [f"{file.path} is in no layer. Add '{file.room}' to LAYERS in tests/test_architecture.py, where it belongs."]
    found = []
    for node, name in imports(file):
        if name == "(unknown)":
            found.append(file.at(node, "imports by a name that is not written there; name it, so that the layers can be kept"))
        _, _, inside = name.partition(".")
        room = _top(inside)
        if _top(name) != "embeddings" or room in {"", file.room, "__version__"}:
            continue
        if room not in LEVEL:
            found.append(file.at(node, f"imports embeddings.{room}, which is in no layer. Add it to LAYERS"))
        elif LEVEL[room] >= LEVEL[file.room]:
            found.append(file.at(node, f"imports embeddings.{room}, which is not in a layer below {file.room}"))
    return found


def heavy_packages_wait(file: Source) -> list[str]:
    """Nothing heavy at module level; numba in a file compiled.py alone, which is as heavy itself."""
    heavy = HEAVY - {"numba"} if file.parts[-1] == "compiled" else HEAVY
    return [file.at(node, f"imports {name} when it is imported itself; import it inside the function that needs it")
            for node, name in imports(file, at_module_level(file)) if _top(name) in heavy or "compiled" in name.split(".")]  # fmt: skip


def only_session_holds_state(file: Source) -> list[str]:
    if file.path == "explorer/session.py":
        return []
    names = {*STATE_NAMES, *(f"streamlit.{name}" for name in STATE_NAMES)}
    said = [(node, node.attr) for node in ast.walk(file.tree) if isinstance(node, ast.Attribute) and node.attr in STATE_NAMES]
    said += [(node, name) for node, name in imports(file) if name in names]
    return [file.at(node, f"mentions {name}; only explorer/session.py does") for node, name in said]


def only_cached_caches(file: Source) -> list[str]:
    if file.path == "explorer/cached.py":
        return []
    aliases = {name.asname or name.name for node in ast.walk(file.tree) if isinstance(node, ast.Import)
               for name in node.names if name.name == "streamlit"}  # fmt: skip
    said = [(node, node.attr) for node in ast.walk(file.tree) if isinstance(node, ast.Attribute)
            and node.attr.startswith("cache_") and isinstance(node.value, ast.Name) and node.value.id in aliases]  # fmt: skip
    said += [(node, name) for node, name in imports(file) if name.startswith("streamlit.cache_")]
    return [file.at(node, f"uses {name}; only explorer/cached.py does") for node, name in said]


def charts_and_tables_do_not_see_streamlit(file: Source) -> list[str]:
    if file.room not in WITHOUT_STREAMLIT:
        return []
    return [file.at(node, f"imports {name}; explorer/{file.room} works without Streamlit")
            for node, name in imports(file) if _top(name) == "streamlit"]  # fmt: skip


def nothing_runs_data(file: Source) -> list[str]:
    """No eval, exec or pickle: data never becomes code."""
    pickles = [(node, name) for node, name in imports(file) if _top(name) in PICKLES]
    found = [file.at(node, f"imports {name}; a pickle runs what it holds") for node, name in pickles]
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Name) and node.id in {"eval", "exec"}:
            found.append(file.at(node, f"mentions {node.id}"))
        elif isinstance(node, ast.Attribute) and (node.attr in {"read_pickle", "to_pickle"} or ast.unparse(node) in RUNNERS):
            found.append(file.at(node, f"mentions {ast.unparse(node)}"))
        elif isinstance(node, ast.keyword) and node.arg == "allow_pickle" and ast.unparse(node.value) != "False":
            found.append(file.at(node, "allows pickles"))
    return found


RUNNERS = {"builtins.eval", "builtins.exec"}


def no_markup_from_words(file: Source) -> list[str]:
    """unsafe_allow_html is not written anywhere, not even as a key of a dictionary."""
    said = [node for node in ast.walk(file.tree) if isinstance(node, ast.keyword) and node.arg == "unsafe_allow_html"]
    said += [node for node in ast.walk(file.tree) if isinstance(node, ast.Constant) and node.value == "unsafe_allow_html"]
    return [file.at(node, "mentions unsafe_allow_html") for node in said]


Rule = Callable[[Source], list[str]]
PAGE_RULES: list[Rule] = [page_imports_only_its_tools, page_defines_nothing]
EXPLORER_RULES: list[Rule] = [explorer_does_not_import_pages, heavy_packages_wait, charts_and_tables_do_not_see_streamlit]
LIBRARY_RULES: list[Rule] = [library_does_not_see_the_screens, library_keeps_its_layers, heavy_packages_wait]
RULES_FOR_ALL: list[Rule] = [only_session_holds_state, only_cached_caches, nothing_runs_data, no_markup_from_words]
RULES = {
    "embeddings": LIBRARY_RULES + RULES_FOR_ALL,
    "explorer": EXPLORER_RULES + RULES_FOR_ALL,
    "pages": PAGE_RULES + RULES_FOR_ALL,
    "streamlit_app.py": [heavy_packages_wait, *RULES_FOR_ALL],
}

# ---------------------------------------------------------------------------------------------------- each rule can fail

ST = "import streamlit as st\n"
OFFENCES = [
    (page_imports_only_its_tools, "pages/map.py", "import numpy as np"),
    (page_imports_only_its_tools, "pages/map.py", "from embeddings import query"),
    (page_imports_only_its_tools, "pages/map.py", "if True:\n    import explorer, json"),
    (page_imports_only_its_tools, "pages/map.py", "from . import one_hot"),
    (page_defines_nothing, "pages/map.py", "def draw(): ..."),
    (page_defines_nothing, "pages/map.py", "async def draw(): ..."),
    (page_defines_nothing, "pages/map.py", "if True:\n    class Map: ..."),
    (page_defines_nothing, "pages/map.py", "draw = lambda: 1"),
    (page_defines_nothing, "pages/map.py", "draw: object = lambda: 1"),
    (page_defines_nothing, "pages/map.py", "print(draw := lambda: 1)"),
    (explorer_does_not_import_pages, "explorer/main.py", "import pages.map"),
    (library_does_not_see_the_screens, "embeddings/query.py", "import streamlit as st"),
    (library_does_not_see_the_screens, "embeddings/query.py", "def show():\n    from plotly import graph_objects"),
    (library_does_not_see_the_screens, "embeddings/query.py", "from explorer import session"),
    (library_does_not_see_the_screens, "embeddings/query.py", "import importlib\nimportlib.import_module('streamlit')"),
    (library_keeps_its_layers, "embeddings/vocabulary.py", "from embeddings.word_vectors import WordVectors"),
    (library_keeps_its_layers, "embeddings/vocabulary.py", "from embeddings import word_vectors"),
    (library_keeps_its_layers, "embeddings/vocabulary.py", "import embeddings.word_vectors"),
    (library_keeps_its_layers, "embeddings/vocabulary.py", "from .word_vectors import WordVectors"),
    (library_keeps_its_layers, "embeddings/vocabulary.py", "from . import word_vectors"),
    (library_keeps_its_layers, "embeddings/vocabulary.py", "def late():\n    from embeddings import query"),
    (library_keeps_its_layers, "embeddings/vocabulary.py", "__import__('embeddings.query')"),
    (library_keeps_its_layers, "embeddings/vocabulary.py", "import importlib\nimportlib.import_module(name)"),
    (library_keeps_its_layers, "embeddings/query.py", "from embeddings import catalog"),
    (library_keeps_its_layers, "embeddings/formats/native.py", "from embeddings.projections import pca"),
    (library_keeps_its_layers, "embeddings/formats/native.py", "from ..projections import pca"),
    (library_keeps_its_layers, "embeddings/formats/__init__.py", "from ..query import Query"),
    (library_keeps_its_layers, "embeddings/__init__.py", "from embeddings.query import Query"),
    (library_keeps_its_layers, "embeddings/novelty.py", ""),
    (library_keeps_its_layers, "embeddings/query.py", "from embeddings import novelty"),
    (heavy_packages_wait, "embeddings/query.py", "import gensim.models"),
    (heavy_packages_wait, "embeddings/query.py", "from sklearn.decomposition import PCA"),
    (heavy_packages_wait, "embeddings/query.py", "try:\n    import umap\nexcept ImportError:\n    pass"),
    (heavy_packages_wait, "embeddings/query.py", "class Reader:\n    import pyarrow"),
    (heavy_packages_wait, "explorer/tables.py", "from rapidfuzz import process"),
    (heavy_packages_wait, "embeddings/search/int8.py", "from numba import njit"),
    (heavy_packages_wait, "embeddings/search/ivf.py", "import faiss"),
    (heavy_packages_wait, "embeddings/search/compiled.py", "import faiss"),
    (heavy_packages_wait, "embeddings/search/int8.py", "from embeddings.search.compiled import upper_bounds"),
    (heavy_packages_wait, "embeddings/search/int8.py", "from embeddings.search import compiled"),
    (heavy_packages_wait, "embeddings/search/int8.py", "from . import compiled"),
    (heavy_packages_wait, "embeddings/search/int8.py", "import embeddings.search.compiled as fast"),
    (only_session_holds_state, "pages/map.py", ST + "st.session_state['a'] = 1"),
    (only_session_holds_state, "explorer/controls.py", ST + "st.query_params.clear()"),
    (only_session_holds_state, "explorer/controls.py", "from streamlit import session_state as state"),
    (only_cached_caches, "explorer/controls.py", ST + "@st.cache_data\ndef slow(): ..."),
    (only_cached_caches, "explorer/controls.py", "import streamlit\n@streamlit.cache_resource(max_entries=2)\ndef slow(): ..."),
    (only_cached_caches, "explorer/controls.py", "from streamlit import cache_data"),
    (charts_and_tables_do_not_see_streamlit, "explorer/charts.py", "import streamlit"),
    (charts_and_tables_do_not_see_streamlit, "explorer/charts/bars.py", "from streamlit import columns"),
    (charts_and_tables_do_not_see_streamlit, "explorer/jobs.py", "def watch():\n    import streamlit as st"),
    (charts_and_tables_do_not_see_streamlit, "explorer/tables.py", "import streamlit.column_config"),
    (nothing_runs_data, "embeddings/formats/native.py", "eval('1')"),
    (nothing_runs_data, "embeddings/formats/native.py", "exec('1')"),
    (nothing_runs_data, "embeddings/formats/native.py", "run = eval"),
    (nothing_runs_data, "embeddings/formats/native.py", "import builtins\nbuiltins.exec('1')"),
    (nothing_runs_data, "embeddings/formats/native.py", "import pickle"),
    (nothing_runs_data, "embeddings/formats/native.py", "from pickle import loads"),
    (nothing_runs_data, "embeddings/formats/native.py", "import pandas\npandas.read_pickle('a')"),
    (nothing_runs_data, "embeddings/formats/native.py", "import numpy as np\nnp.load('a', allow_pickle=True)"),
    (nothing_runs_data, "embeddings/formats/native.py", "import numpy as np\nnp.load('a', allow_pickle=trusted)"),
    (no_markup_from_words, "pages/map.py", ST + "st.markdown('a', unsafe_allow_html=True)"),
    (no_markup_from_words, "pages/map.py", ST + "st.markdown('a', **{'unsafe_allow_html': True})"),
]


@pytest.mark.parametrize(("rule", "path", "text"), OFFENCES)
def test_an_offence_is_found_once_and_named_with_its_file(rule, path, text):
    found = rule(source(path, text))
    assert len(found) == 1, found
    assert found[0].startswith(path)


INNOCENT = [
    (page_imports_only_its_tools, "pages/map.py", ST + "from explorer import charts, controls\nimport explorer.results"),
    (page_defines_nothing, "pages/map.py", ST + "st.pills('a', [1], format_func=lambda n: str(n))\nwords = [1]"),
    (explorer_does_not_import_pages, "explorer/main.py", "from embeddings import query\nfrom explorer import controls"),
    (library_does_not_see_the_screens, "embeddings/query.py", "import json\nfrom embeddings import search"),
    (library_keeps_its_layers, "embeddings/query.py", "from embeddings.search import top_k\nfrom . import errors"),
    (library_keeps_its_layers, "embeddings/formats/text.py", "from embeddings.formats import native\nfrom .native import write"),
    (library_keeps_its_layers, "embeddings/trainers/glove.py", "from embeddings.corpus import Corpus\nfrom .. import settings"),
    (library_keeps_its_layers, "embeddings/formats/__init__.py", "from .native import read\nfrom ..errors import BadFile"),
    (library_keeps_its_layers, "embeddings/cli.py", "from embeddings import __version__"),
    (heavy_packages_wait, "embeddings/query.py", "import numpy\ndef late():\n    import gensim"),
    (heavy_packages_wait, "embeddings/search/compiled.py", "import numba\nfrom numba import njit"),
    (heavy_packages_wait, "embeddings/search/int8.py", "def late():\n    from embeddings.search.compiled import upper_bounds"),
    (heavy_packages_wait, "embeddings/query.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import gensim"),
    (only_session_holds_state, "explorer/session.py", ST + "st.session_state['a'] = 1\nst.query_params.clear()"),
    (only_cached_caches, "explorer/cached.py", ST + "@st.cache_data\ndef slow(): ..."),
    (only_cached_caches, "embeddings/catalog.py", "folder.cache_size = 1\nfrom functools import cache"),
    (charts_and_tables_do_not_see_streamlit, "explorer/results.py", "import streamlit"),
    (nothing_runs_data, "embeddings/formats/native.py", "import numpy as np\nmodel.eval()\nnp.load('a', allow_pickle=False)"),
    (no_markup_from_words, "pages/map.py", "'''never with unsafe_allow_html'''"),
]


@pytest.mark.parametrize(("rule", "path", "text"), INNOCENT)
def test_what_is_allowed_is_not_called_an_offence(rule, path, text):
    assert rule(source(path, text)) == []


def test_every_rule_is_shown_to_fail():
    applied = {rule for rules in RULES.values() for rule in rules}
    assert applied == {rule for rule, _, _ in OFFENCES} == {rule for rule, _, _ in INNOCENT}


def test_an_unknown_module_is_told_where_it_is_added():
    (told,) = library_keeps_its_layers(source("embeddings/novelty.py", ""))
    assert "Add 'novelty' to LAYERS in tests/test_architecture.py" in told


# ---------------------------------------------------------------------------------------------------- the tree keeps them


def files_of(top: str) -> list[Source]:
    paths = [ROOT / top] if top.endswith(".py") else sorted((ROOT / top).rglob("*.py"))
    return [source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in paths]


CASES = [pytest.param(top, rule, id=f"{top}-{rule.__name__}") for top, rules in RULES.items() for rule in rules]


@pytest.mark.parametrize(("top", "rule"), CASES)
def test_the_tree_keeps_the_rule(top, rule):
    files = files_of(top)
    assert files, f"{top} has no Python files to look at"
    assert [offence for file in files for offence in rule(file)] == []


ALONE = """
import sys
sys.modules["streamlit"] = sys.modules["plotly"] = None        # importing either now raises ImportError

import embeddings
from embeddings import catalog, query

wv = catalog.open_space()
ranking = query.answer(wv, query.Query.parse("king - man + woman"))
assert ranking.words[0] == "queen", ranking.words
unasked = {"gensim", "sklearn", "scipy", "openTSNE", "streamlit", "plotly", "pandas", "numba", "faiss"}
print(sorted(name for name in unasked if sys.modules.get(name)))
"""


def test_a_query_needs_neither_the_screens_nor_the_heavy_packages():
    done = subprocess.run([sys.executable, "-c", ALONE], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr


def test_charts_and_tables_are_imported_without_streamlit():
    blocked = "import sys; sys.modules['streamlit'] = None; import explorer.charts, explorer.tables; print('imported')"
    run = subprocess.run([sys.executable, "-c", blocked], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert run.stdout == "imported\n", run.stderr
