"""Widgets that return the library's values. Each keeps its value in the address under its key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from embeddings import catalog, word_lists
from embeddings.analogy import SCORES
from embeddings.direction import Direction, known_pairs
from embeddings.direction import shuffled as deal_anew
from embeddings.errors import BadQuery
from embeddings.one_hot import DISTANCES
from embeddings.projections import PROJECTIONS
from embeddings.query import Query, Term, named_list
from embeddings.settings import Option, Settings
from embeddings.word_lists import PairList, WordList
from embeddings.word_vectors import WordVectors
from explorer import cached, session
from explorer.messages import plain

GRAMMAR = (
    "A word, or words with signs between spaces: `king - man + woman`. Weights: `0.5*paris + 0.5*berlin`. "
    'Quotes for odd tokens: `"t-shirt"`. A word list: `@capitals`. An analogy: `paris : france :: tokyo : ?`'
)
AMONG = ("all", "200,000", "50,000", "10,000")


def ask(key: str, label: str, start: str, examples: Sequence[str]) -> Query:
    """A line of text and examples to click; the query it holds. Raises BadQuery."""
    session.asking(key)
    text = st.text_input(label, value=start, key=key, bind=session.ADDRESS, help=GRAMMAR, placeholder=start)
    _examples(key, examples)
    return Query.parse(text or "")


def _examples(key: str, examples: Sequence[str]) -> None:
    pills = f"{key}_examples"
    shown = {plain(example): example for example in examples}

    def take() -> None:
        session.set_value(key, shown[str(session.value(pills))])
        session.set_value(pills, None)

    st.pills("Examples", list(shown), key=pills, on_change=take, label_visibility="collapsed")


def words(key: str, label: str, start: str, examples: Sequence[str], most: int) -> tuple[str, ...]:
    """Distinct words from a line separated by spaces or commas; @name stands for the words of a list.

    Raises BadQuery for none, for more than `most`, and for an unknown list.
    """
    session.asking(key)
    text = st.text_input(label, value=start, key=key, bind=session.ADDRESS, placeholder=start) or ""
    _examples(key, examples)
    return chosen_words(text, most)


def chosen_words(text: str, most: int) -> tuple[str, ...]:
    """The distinct words of a line; see `words`."""
    found: list[str] = []
    for token in text.replace(",", " ").split():
        found += named_list(session.lists(), token[1:]).words if token.startswith("@") and len(token) > 1 else [token]
    distinct = tuple(dict.fromkeys(found))
    if not distinct:
        raise BadQuery("No words yet. Type some with spaces between them, or a list such as @animals.")
    if len(distinct) > most:
        raise BadQuery(f"{len(distinct):,} words were given; {most:,} are the most here. Take fewer, or the Map page.")
    return distinct


def known(wv: WordVectors, asked: Sequence[str]) -> tuple[str, ...]:
    """The words as the space spells them, each once. Raises UnknownWords naming all that are absent."""
    found = wv.find(asked)
    absent = [word for word, hit in zip(asked, found, strict=True) if hit is None]
    if absent:
        raise wv.unknown(absent)
    return tuple(dict.fromkeys(hit.word for hit in found if hit))


def narrowed(asked: Query, wv: WordVectors, methods: Sequence[str], key: str, k: int = 10) -> Query:
    """The query with method, number of results and restriction as chosen in a row of widgets."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        method = method_of(methods, f"{key}_method")
        number = st.number_input("Results", 1, 200, k, key=f"{key}_k", bind=session.ADDRESS, width=130)
        among = restrict(wv, f"{key}_among")
    return replace(asked, method=method, k=int(number), restrict=among)


def method_of(methods: Sequence[str], key: str) -> str:
    """One of a few scores of SCORES, by title."""
    titles = {("Cosine" if name == "3cosadd" and "euclid" in methods else SCORES[name].title): name for name in methods}
    shown = "\n".join(f"- {title}: `{SCORES[name].formula}`" for title, name in titles.items())
    title = st.segmented_control(
        "Score", list(titles), default=next(iter(titles)), required=True, key=key, bind=session.ADDRESS, help=shown
    )
    return titles.get(title or "", methods[0])


def restrict(wv: WordVectors, key: str) -> int | None:
    """Whether to look among all words or only the first, most frequent ones. None stands for all."""
    choices = [choice for choice in AMONG if choice == "all" or int(choice.replace(",", "")) < wv.n_words]
    chosen = st.selectbox(
        "Among",
        choices,
        key=key,
        bind=session.ADDRESS,
        width=150,
        help="All words, or only the most frequent ones: rows are in the order of the source, which is by frequency.",
    )
    return None if chosen in (None, "all") else int(chosen.replace(",", ""))


def pick_pairs(key: str, label: str, start: str) -> PairList:
    """One of the lists of pairs that this reader can name."""
    named = {name: listed for name, listed in session.lists().items() if isinstance(listed, PairList)}
    names = sorted(named, key=lambda name: (name not in session.own_lists(), name))
    return named[st.selectbox(label, names, index=names.index(start), key=key, bind=session.ADDRESS)]


def pick_lists(key: str, label: str, start: Sequence[str]) -> list[WordList | PairList]:
    """Several of the lists this reader can name."""
    lists = session.lists()
    chosen = st.multiselect(label, sorted(lists), default=[name for name in start if name in lists], key=key, bind=session.ADDRESS)
    return [lists[name] for name in chosen]


def projection(key: str, flat: bool = False) -> tuple[str, Settings]:
    """A projection method and its settings, the form drawn from the method's Settings; `flat` keeps to two dimensions."""
    titles = {projector.title: name for name, projector in PROJECTIONS.items()}
    title = st.segmented_control("Projection", list(titles), default=next(iter(titles)), required=True, key=key, bind=session.ADDRESS)
    method = titles.get(title or "", "pca")
    return method, form(PROJECTIONS[method].settings, f"{key}_{method}", ("components",) if flat else ())


def form(settings: type[Settings], key: str, left_out: Sequence[str] = ()) -> Settings:
    """One widget for each option of the settings but those left out. Raises BadSetting for what an address may hold."""
    return settings(
        **{option.name: _option(option, f"{key}_{option.name}") for option in settings.options() if option.name not in left_out}
    )


def _option(option: Option, key: str) -> Any:
    label = option.name.replace("_", " ").capitalize()
    shared: dict[str, Any] = {"key": key, "bind": session.ADDRESS, "help": option.help}
    if option.choices:
        chosen = st.segmented_control(label, option.choices, default=option.default, required=True, **shared)
        return chosen or option.default
    kind = type(option.default)
    low, high = kind(option.low), kind(option.high)
    if kind is int and high - low <= 3:
        chosen = st.segmented_control(label, [str(n) for n in range(low, high + 1)], default=str(option.default), required=True, **shared)
        return int(chosen or option.default)
    return st.number_input(f"{label}{f' ({option.unit})' if option.unit else ''}", low, high, option.default, width=150, **shared)


def slug(text: str) -> str:
    """The name a list gets from what a reader typed."""
    return word_lists.slug(text)


def space_picker() -> None:
    """The space, its size, source, credit and licence: in the sidebar, the same on every page."""
    entries = {entry.name: entry for entry in catalog.spaces()}
    asked = session.asked_in_address("space")
    if asked is not None and asked not in entries:
        session.set_value("space_missing", asked[:80])
    name = st.selectbox(
        "Space",
        list(entries),
        key="space",
        bind=session.ADDRESS,
        help="The word vectors that every page asks.",
        on_change=session.set_value,
        args=("space_missing", None),
    )
    if session.value("space_missing"):
        missing = f"The address asks for the space '{session.value('space_missing')}', which is not here. {name} is shown."
        st.warning(plain(missing), icon=":material/link_off:")
    entry = entries[name]
    st.markdown(f"**{entry.words:,}** words × **{entry.dim}** dimensions")
    st.caption(plain(entry.source.title))
    st.caption(plain(f"{entry.source.credit}. Licence: {entry.source.licence}"))
    for trouble in catalog.damaged():
        st.warning(plain(trouble), icon=":material/folder_off:")


def direction_method(key: str) -> str:
    """How a direction is fitted to its pairs."""
    titles = {"Singular vector": "svd", "Mean offset": "mean"}
    shown = "Top singular vector of the offsets (Bolukbasi et al. 2016), or their normalised mean (Kozlowski et al. 2019)."
    title = st.segmented_control(
        "Direction", list(titles), default="Singular vector", required=True, key=key, bind=session.ADDRESS, help=shown
    )
    return titles.get(title or "", "svd")


MOST_PAIRS = 150


def pairs_here(wv: WordVectors, listed: PairList, shuffled: bool) -> tuple[list[tuple[str, str]], tuple[str, ...]]:
    """The pairs of the list that the space knows, shuffled if asked, and notes on those it does not know."""
    found, absent = known_pairs(wv, listed.pairs)
    if not found:
        raise BadQuery(f"No pair of @{listed.name} has both words in {wv.name}. Choose another list or another space.")
    notes = [f"{len(absent):,} of {len(absent) + len(found):,} pairs lack a word in {wv.name}: {_shown(absent)}."] if absent else []
    if len(found) > MOST_PAIRS:
        notes.append(f"The first {MOST_PAIRS} of {len(found):,} pairs are taken.")
        found = found[:MOST_PAIRS]
    return (deal_anew(found) if shuffled else found), tuple(notes)


def _shown(pairs: Sequence[tuple[str, str]]) -> str:
    return "; ".join(" → ".join(pair) for pair in pairs[:6]) + (f" and {len(pairs) - 6:,} more" if len(pairs) > 6 else "")


ALONG = {"gender": "@professions", "gender-wide": "@professions"}


def words_along(wv: WordVectors, listed: PairList, along: Direction) -> tuple[str, ...]:
    """The words that are placed along a direction: typed, or the words of the pairs themselves."""
    start = ALONG.get(listed.name, f"@{listed.name}")
    return known(
        wv, words("along", "Words or @lists to place along it", start, ("@professions", "@countries", "king queen boy girl nurse"), 150)
    )


MAP_KINDS = ("Word lists", "Most frequent", "Around a word")


def map_words(wv: WordVectors, kind: str) -> tuple[tuple[str, ...], list[str], list[str], tuple[str, ...]]:
    """Words for a map: the words, the group of each, the groups' names in order, and notes on absent words."""
    if kind == "Most frequent":
        return _frequent(wv)
    return _around(wv) if kind == "Around a word" else _of_lists(wv)


def map_kind() -> str:
    """Which words a map shows: one of MAP_KINDS."""
    kind = st.segmented_control("Words", MAP_KINDS, default=MAP_KINDS[0], required=True, key="map_of", bind=session.ADDRESS)
    return kind or MAP_KINDS[0]


def _frequent(wv: WordVectors) -> tuple[tuple[str, ...], list[str], list[str], tuple[str, ...]]:
    n = int(st.number_input("How many", 10, 20_000, 1000, 100, key="map_n", bind=session.ADDRESS, width=150))
    words = tuple(wv.vocabulary.words(range(min(n, wv.n_words))))
    return words, [f"the {len(words):,} most frequent words"] * len(words), [f"the {len(words):,} most frequent words"], ()


def _around(wv: WordVectors) -> tuple[tuple[str, ...], list[str], list[str], tuple[str, ...]]:
    query = replace(ask("map_q", "Word or expression", "music", ("music", "river", "king - man + woman")), k=100)
    found = cached.answer(wv, query, session.lists())
    asked = tuple(dict.fromkeys(found.left_out[:20]))
    groups = ["asked"] * len(asked) + [f"{len(found.words)} nearest"] * len(found.words)
    return (*asked, *found.words), groups, ["asked", f"{len(found.words)} nearest"], found.notes


def _of_lists(wv: WordVectors) -> tuple[tuple[str, ...], list[str], list[str], tuple[str, ...]]:
    chosen = pick_lists("lists", "Lists", ("countries", "capitals", "animals", "numbers", "professions"))
    of: dict[str, str] = {}
    notes: list[str] = []
    for listed in chosen:
        covered = cached.coverage(wv, listed)
        for word in covered.found:
            of.setdefault(word, f"@{listed.name}")
        if covered.missing:
            more = f" and {len(covered.missing) - 8:,} more" if len(covered.missing) > 8 else ""
            notes.append(f"Not in {wv.name} from @{listed.name}: {', '.join(covered.missing[:8])}{more}.")
    if len(of) < 3:
        raise BadQuery("Choose one or more lists with three words or more in this space. Drop your own on the page Word lists.")
    return tuple(of), list(of.values()), [f"@{listed.name}" for listed in chosen], tuple(notes)


def metric(key: str) -> str:
    """Cosine distance or Euclid, by title."""
    titles = {DISTANCES[name].title: name for name in ("cosine", "euclidean")}
    title = st.segmented_control("Distance", list(titles), default=next(iter(titles)), required=True, key=key, bind=session.ADDRESS)
    return titles.get(title or "", "cosine")


def one_of(key: str, label: str, options: Sequence[str]) -> str:
    """One of a few words."""
    return st.selectbox(label, options, key=key, width=260) or options[0]


def several(wv: WordVectors, key: str, label: str, start: str) -> tuple[str, ...]:
    """Two or three words in order. Raises BadQuery for another number."""
    session.asking(key)
    text = st.text_input(label, value=start, key=key, bind=session.ADDRESS, placeholder=start, width=420) or ""
    asked = text.replace(",", " ").split()
    if not 2 <= len(asked) <= 3:
        raise BadQuery(f"{len(asked)} words were given. Type two or three, for example: {start}")
    found = wv.find(asked)
    absent = [word for word, hit in zip(asked, found, strict=True) if hit is None]
    if absent:
        raise wv.unknown(absent)
    return tuple(hit.word for hit in found if hit)


TEXT = (
    "The cartographer unrolled her palimpsest on the oaken table. Beneath the harbour and the lighthouse, faint as breath, "
    "lay an older coastline that no living sailor had seen. She traced it with a quill and smiled."
)
SIZES = ("100", "1,000", "10,000", "50,000", "all")


def text_and_size(wv: WordVectors) -> tuple[str, int]:
    """A text of the reader's own, and how many of the most frequent words are kept."""
    text = st.text_area("Your own text", TEXT, key="text", persist_state="session", height=110, max_chars=200_000)
    chosen = st.segmented_control(
        "Keep the N most frequent words", SIZES, default="10,000", required=True, key="keep", bind=session.ADDRESS
    )
    return text, wv.n_words if chosen in (None, "all") else min(int(chosen.replace(",", "")), wv.n_words)


def drop_lists() -> None:
    """The place to drop files or paste words, and what became of them."""
    with st.container(border=True):
        turn = session.value("drop_turn", 0)
        files = st.file_uploader(
            "Drop word lists here: txt, csv or json, several at once",
            accept_multiple_files=True,
            key=f"drop_{turn}",
            max_upload_size=20,
            help="A word a line, or a table; two columns make pairs. Any encoding; what was guessed is told.",
        )
        with st.popover("Paste words", icon=":material/content_paste:"):
            name = st.text_input("Name", "my-words", key="paste_name", persist_state="session")
            text = st.text_area(
                "Words, one a line or with commas", key="paste_text", persist_state="session", placeholder="cat\ndog\nhorse"
            )
            st.button(
                "Keep this list", on_click=_keep_pasted, type="primary", disabled=not text.strip(), key="paste_keep", args=(name, text)
            )
    if files:
        session.take_files([(file.name, file.getvalue()) for file in files])
    for sentence, good in session.take_said():
        (st.success if good else st.error)(plain(sentence), icon=":material/check_circle:" if good else ":material/error:")
    for trouble in session.list_troubles():
        st.warning(plain(trouble), icon=":material/warning:")


def _keep_pasted(name: str, text: str) -> None:
    session.keep_pasted(str(session.value("paste_name", name)), str(session.value("paste_text", text)))


def any_list(key: str, label: str, start: str) -> WordList | PairList:
    """One of all lists, the reader's own first."""
    lists, own = session.lists(), session.own_lists()
    names = sorted(lists, key=lambda name: (name not in own, name))
    chosen = st.selectbox(label, names, index=names.index(start), key=key, bind=session.ADDRESS, width=360)
    return lists[chosen]


def list_actions(listed: WordList | PairList) -> None:
    """What can be done with a list: see it on the map, remove it if it is the reader's own."""
    with st.container(horizontal=True, gap="small"):
        page = "pages/directions.py" if isinstance(listed, PairList) else "pages/map.py"
        session.open_with(listed, page)
        if listed.name in session.own_lists():
            with st.popover("Remove", icon=":material/delete:"):
                st.markdown(f"Remove @{plain(listed.name)} for good?")
                st.button("Yes, remove it", on_click=session.forget_list, args=(listed.name,), key="remove", type="primary")


def mean_of(listed: WordList | PairList) -> Query:
    """The query for the mean of a list."""
    return Query((Term(listed.name, is_list=True),), k=12)
