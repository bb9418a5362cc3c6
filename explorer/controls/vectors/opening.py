"""Opening a file of the reader's own: dropped, or laid into the folder for files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import IO

import streamlit as st

from embeddings import catalog
from embeddings.errors import EmbeddingsError
from explorer import brought, reports, session
from explorer.brought import Looked
from explorer.controls.vectors.at_work import begin
from explorer.messages import code, plain

ENCODINGS = ("utf-8", "cp1252", "latin-1", "cp852", "koi8-r", "gb18030", "shift_jis")


def drop_zone() -> None:
    """The place to drop files, which are written to the disk at once; and the folder for larger ones."""
    turn = session.value("vectors_turn", 0)
    most = int(st.get_option("server.maxUploadSize"))
    files = st.file_uploader(
        "Drop vectors here, and the file of their words where they have one",
        accept_multiple_files=True,
        key=f"vectors_drop_{turn}",
        help="GloVe and word2vec text, fastText .vec and .bin, word2vec binary, NumPy .npy with words, TensorFlow projector files; "
        "plain or in gz, bz2, xz, zip. They are told by their content.",
    )
    st.caption(f"Up to {most:,} MB here. Lay larger files into {code(str(brought.files_folder()))}; they are listed below.")
    if files:
        for file in files:
            _take(file.name, file, chosen=len(files) == 1 or not brought.WORDS.search(file.name))
        session.set_value("vectors_turn", int(str(turn)) + 1)  # another key: the drop zone is empty again
        st.rerun()


def _take(name: str, data: IO[bytes], chosen: bool) -> None:
    """Write a dropped file to the disk; one that is `chosen` is what the form below is about."""
    try:
        path = brought.spill(name, data)
    except EmbeddingsError as error:
        session.say("import", str(error), good=False)
        return
    if chosen:
        session.set_value("import_file", str(path))


def file_here() -> Path | None:
    """One of the files that were dropped or lie in the folder, None where there are none."""
    laid, outside = brought.laid()
    files = {str(path): path for path in [*brought.waiting(), *laid]}
    labels = {key: _label(path) for key, path in files.items()}
    if outside:
        st.caption(f"{outside:,} entries of the folder are not listed: they lead out of it, or there are more than {brought.MOST:,}.")
    if session.value("import_file") not in files:
        session.set_value("import_file", next(iter(files), None))
    chosen = None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if files:
            chosen = st.selectbox("File", list(files), format_func=lambda key: labels.get(key, key), key="import_file")
        else:
            st.caption("No file is here yet. Drop one above; it is imported when you say so.")
        st.button("Look again", icon=":material/refresh:", key="look_again", help="Lists the folder anew.")
    return files.get(chosen or "")


def _label(path: Path) -> str:
    """Name, size, and where it lies."""
    where = "dropped" if brought.is_dropped(path) else "in the folder"
    return f"{path.name} ({_size(path)}, {where})"


def _size(path: Path) -> str:
    try:
        return reports.size(path.stat().st_size)
    except OSError:  # it went since it was listed
        return "gone"


@dataclass(frozen=True)
class _Asked:
    """What an import needs to know."""

    path: Path
    member: str = ""
    words: Path | None = None
    name: str = ""
    title: str = ""
    credit: str = ""
    licence: str = ""
    encoding: str = "utf-8"


def import_form(path: Path) -> None:
    """What was recognised, which file of an archive, the words, the name, and the button that starts the import."""
    looked = brought.look(path)
    member = _member(path, looked) if looked.members else ""
    looked = brought.look(path, member) if member else looked
    if looked.trouble:
        st.error(plain(looked.trouble), icon=":material/error:")
        for heading, (cure, language) in brought.PICKLE_CURES.items() if looked.format == "gensim" else ():
            st.caption(heading)
            st.code(cure, language=language)
        _let_go(path)
        return
    st.caption(f":material/check: Recognised: {plain(looked.title)}.")
    words = _words(path) if looked.needs_words else None
    taken = {entry.name for entry in catalog.spaces()}
    name = st.text_input(
        "Name of the space", brought.free_name(path, member, taken), key=f"import_name_{path}_{member}", max_chars=60, width=420
    )
    trouble = brought.name_trouble(name, taken)
    if trouble:
        st.caption(f":material/error: {plain(trouble)}")
    title, credit, licence, encoding = _more(path)
    asked = _Asked(path, member, words, name, title, credit, licence, encoding)
    with st.container(horizontal=True):
        idle = bool(trouble) or (looked.needs_words and words is None)
        st.button("Import", key="import_it", type="primary", disabled=idle, on_click=_import, args=(asked,), icon=":material/input:")
        _let_go(path)


def _member(path: Path, looked: Looked) -> str:
    sizes = dict(looked.members)
    return st.selectbox(
        f"The archive holds {len(sizes):,} files. Which one?",
        list(sizes),
        format_func=lambda name: f"{name} ({reports.size(sizes[name])})",
        key=f"import_member_{path}",
        width=620,
    )


def _words(path: Path) -> Path | None:
    """The file that holds the words of bare vectors; None while there is no other file."""
    others = {str(file): file for file in [*brought.waiting(), *brought.laid()[0]] if file != path}
    labels = {key: _label(file) for key, file in others.items()}
    if not others:
        st.warning(
            "These are vectors without words. Drop the file of their words as well: one a line, a list in JSON, or metadata.tsv.",
            icon=":material/playlist_add:",
        )
        return None
    likely = brought.words_for(path, list(others.values()))
    start = list(others).index(str(likely)) if likely else None
    chosen = st.selectbox(
        "The file of their words",
        list(others),
        start,
        format_func=lambda key: labels.get(key, key),
        key=f"import_words_{path}",
        placeholder="Choose it",
        width=620,
    )
    return others.get(chosen or "")


def _more(path: Path) -> tuple[str, str, str, str]:
    """Title, credit, licence and encoding."""
    with st.expander("Title, credit, licence and encoding"):
        title = st.text_input("What the vectors are", key=f"import_title_{path}", placeholder=path.name, max_chars=200)
        credit = st.text_input("Who made them, and the paper", key=f"import_credit_{path}", max_chars=200)
        licence = st.text_input("Licence", key=f"import_licence_{path}", max_chars=200)
        encoding = st.selectbox(
            "Encoding of the words",
            ENCODINGS,
            key=f"import_encoding_{path}",
            accept_new_options=True,
            help="Rows whose word is not in this encoding are refused and counted in the report.",
        )
    return title, credit, licence, encoding or "utf-8"


def _let_go(path: Path) -> None:
    if brought.is_dropped(path):
        st.button("Let go of the file", key="let_go", type="tertiary", on_click=_discard, args=(path,), icon=":material/close:")


def _discard(path: Path) -> None:
    try:
        brought.discard(path)
    except EmbeddingsError as error:
        session.say("import", str(error), good=False)


def _import(asked: _Asked) -> None:
    """Start the import; for callbacks. A dropped file moves into the run, and goes with it."""
    told = [("member", asked.member), ("title", asked.title), ("credit", asked.credit), ("licence", asked.licence)]
    files = [path for path in (asked.path, asked.words) if path]
    try:
        for path in files:
            brought.checked(path)
    except EmbeddingsError as error:  # a second click, or another tab was quicker
        session.say("import", str(error), good=False)
        return
    argv = ["import", str(asked.path.absolute()), f"--name={asked.name}", f"--encoding={asked.encoding}"]
    argv += [f"--{flag}={text}" for flag, text in told if text]
    argv += ["--words", str(asked.words.absolute())] if asked.words else []
    begin(argv, f"Import {asked.name} from {asked.path.name}", [path.absolute() for path in files if brought.is_dropped(path)])
