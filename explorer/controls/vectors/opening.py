"""Opening a file of the reader's own: dropped, or laid into the folder for files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from embeddings import catalog
from embeddings.errors import EmbeddingsError
from explorer import brought, reports, session
from explorer.brought import Looked
from explorer.controls.vectors.at_work import begin
from explorer.controls.vectors.naming import held_name, space_name
from explorer.messages import code, plain

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

ENCODINGS = ("utf-8", "cp1252", "latin-1", "cp852", "koi8-r", "gb18030", "shift_jis")

TYPED = ("name", "title", "credit", "licence", "encoding")
"""What is typed into the form about a file; it is kept when the file of that name is dropped again."""


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
        _take([path for file in files if (path := _spilled(file))])
        session.set_value("vectors_turn", int(str(turn)) + 1)  # another key: the drop zone is empty again
        st.rerun()


def _spilled(file: UploadedFile) -> Path | None:
    """A dropped file, written to the disk and held in memory no longer; None where the disk refused, which is told."""
    try:
        return brought.spill(file.name, file)
    except EmbeddingsError as error:
        session.say("import", str(error), good=False)
        return None
    finally:
        session.release(file)


def _take(dropped: list[Path]) -> None:
    """Choose among dropped files what the form below is about."""
    held = Path(str(session.value("import_file") or ""))
    before = held if held in [*brought.waiting(), *brought.laid()[0]] else None
    found = brought.parted({path: brought.look(path) for path in dropped}, before)
    if found.vectors:
        if before and before != found.vectors and before.name == found.vectors.name:
            _carry(before, found.vectors)
        session.set_value("import_file", str(found.vectors))
        if found.words:
            session.set_value(f"import_words_{found.vectors}", str(found.words))
    for sentence, good in found.said:
        session.say("import", sentence, good)


def _carry(before: Path, now: Path) -> None:
    """What was typed about a file holds for the same file dropped again."""
    for field in TYPED:
        for end in ("", "_proposed"):
            held = session.value(f"{_key(field, before)}{end}")
            if held is not None:
                session.set_value(f"{_key(field, now)}{end}", held)


def _key(field: str, path: Path, member: str = "") -> str:
    return f"import_{field}_{path}_{member}" if field == "name" else f"import_{field}_{path}"


def file_here() -> Path | None:
    """One of the files that were dropped or lie in the folder, None where there are none."""
    laid, left_out = brought.laid()
    files = {str(path): path for path in [*brought.waiting(), *laid]}
    labels = _labels(files.values())
    if session.value("import_file") not in files:
        session.set_value("import_file", next(iter(files), None))
    chosen = None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if files:
            chosen = st.selectbox("File", list(files), format_func=lambda key: labels.get(key, key), key="import_file")
        else:
            st.caption("No file is here yet. Drop one above; it is imported when you say so.")
        st.button("Look again", icon=":material/refresh:", key="look_again", help="Lists the folder anew.")
    if left_out:
        shown = " ".join(f"{code(name)}: {reason}." for name, reason in list(left_out.items())[:5])
        more = f" And {len(left_out) - 5:,} more." if len(left_out) > 5 else ""
        what = "1 entry of the folder is" if len(left_out) == 1 else f"{len(left_out):,} entries of the folder are"
        st.caption(f"{what} not listed. {shown}{more}")
    return files.get(chosen or "")


def _labels(files: Iterable[Path]) -> dict[str, str]:
    """Each file's path with its name, size and place; files that would look alike tell when they came, and then their number."""
    labels = {str(path): f"{path.name} ({_size(path)}, {_where(path)})" for path in files}
    alike = Counter(labels.values())
    seen = Counter[str]()
    for key, label in labels.items():
        timed = label if alike[label] == 1 else f"{label.removesuffix(')')} at {brought.dropped_at(Path(key))})"
        seen[timed] += 1
        labels[key] = timed if seen[timed] == 1 else f"{timed} ({seen[timed]})"
    return labels


def _where(path: Path) -> str:
    return "dropped" if brought.is_dropped(path) else "in the folder"


def _size(path: Path) -> str:
    try:
        return reports.size(path.stat().st_size)
    except OSError:  # it went since it was listed
        return "gone"


def import_form(path: Path) -> None:
    """What was recognised, which file of an archive, the words, the name, and the button that starts the import."""
    looked = brought.look(path)
    member = _member(path, looked) if looked.members else ""
    looked = brought.look(path, member) if member else looked
    if looked.trouble:
        _refused(path, looked)
        return
    st.caption(f":material/check: Recognised: {plain(looked.title)}.")
    words = _words(path) if looked.needs_words else None
    taken = _taken()
    fine = space_name(_key("name", path, member), lambda: brought.free_name(path, member, taken), taken)
    _more(path)
    with st.container(horizontal=True):
        idle = not fine or (looked.needs_words and words is None)
        st.button("Import", key="import_it", type="primary", disabled=idle, on_click=_import, args=(path,), icon=":material/input:")
        _let_go(path)


def _taken() -> set[str]:
    """Names that no new space can have: those of damaged ones too."""
    return {entry.name for entry in catalog.spaces()} | set(catalog.kept())


def _refused(path: Path, looked: Looked) -> None:
    """Why the file cannot be opened, and what helps."""
    st.error(plain(looked.trouble), icon=":material/error:")
    for heading, (cure, language) in brought.PICKLE_CURES.items() if looked.format == "gensim" else ():
        st.caption(heading)
        st.code(cure, language=language)
    if looked.formats:
        with st.expander("Formats that can be opened here"):
            st.markdown("\n".join(f"- {plain(title)}" for title in looked.formats))
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
    labels = _labels(others.values())
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


def _more(path: Path) -> None:
    """Title, credit, licence and encoding, which the import reads from their keys."""
    with st.expander("Title, credit, licence and encoding"):
        st.text_input("What the vectors are", key=_key("title", path), placeholder=path.name, max_chars=200)
        st.text_input("Who made them, and the paper", key=_key("credit", path), max_chars=200)
        st.text_input("Licence", key=_key("licence", path), max_chars=200)
        st.selectbox(
            "Encoding of the words",
            ENCODINGS,
            key=_key("encoding", path),
            accept_new_options=True,
            help="Rows whose word is not in this encoding are refused and counted in the report.",
        )


def _let_go(path: Path) -> None:
    if brought.is_dropped(path):
        st.button("Let go of the file", key="let_go", type="tertiary", on_click=_discard, args=(path,), icon=":material/close:")


def _discard(path: Path) -> None:
    try:
        brought.discard(path)
    except EmbeddingsError as error:
        session.say("import", str(error), good=False)


def _import(path: Path) -> None:
    """Start the import with what the form holds at the click; for callbacks. A dropped file moves into the run, and goes with it.

    The fields are read by their keys: what was typed just before the click is not in the run that drew the button.
    """
    member, words = str(session.value(f"import_member_{path}") or ""), session.value(f"import_words_{path}")
    files = [path, Path(str(words))] if words else [path]
    name = held_name("import", _key("name", path, member), _taken())
    if not name:
        return
    try:
        for file in files:
            brought.checked(file)
    except EmbeddingsError as error:  # a second click, or another tab was quicker
        session.say("import", str(error), good=False)
        return
    told = {field: str(session.value(_key(field, path)) or "") for field in ("title", "credit", "licence")} | {"member": member}
    argv = ["import", str(path.absolute()), f"--name={name}", f"--encoding={session.value(_key('encoding', path)) or ENCODINGS[0]}"]
    argv += [f"--{flag}={text}" for flag, text in told.items() if text]
    argv += ["--words", str(files[1].absolute())] if words else []
    begin(argv, f"Import {name} from {path.name}", [file.absolute() for file in files if brought.is_dropped(file)])
    try:
        for file in files:
            brought.forget_empty(file)
    except EmbeddingsError as error:
        session.say("import", str(error), good=False)
