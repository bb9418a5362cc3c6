"""The widgets of the page Evaluation: what is asked of whom, runs that take longer, the single questions, and own suites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import streamlit as st

from embeddings import evaluation, views
from embeddings.analogy import SCORES
from embeddings.errors import EmbeddingsError
from embeddings.evaluation import AnalogyResult, AnalogySuite, Answered, Asking, Result, SimilarityResult, SimilaritySuite, Suite, suites
from embeddings.word_vectors import WordVectors
from explorer import cached, evaluated, jobs, session, watch
from explorer.messages import plain, told

AMONG = {"the first 30,000": 30_000, "the first 100,000": 100_000, "the first 300,000": 300_000, "all": None}
RANKS = {"any rank": (0, 2**62), "2 to 10": (2, 10), "11 to 100": (11, 100), "beyond 100": (101, 2**62)}
STATES = ("wrong", "right", "unknown word", "all")
MOST_SHOWN = 2_000
SAMPLES = {"all": None, "100 of each section": 100, "20 of each section": 20}


@dataclass(frozen=True)
class Chosen:
    """What is asked: the suite, how, and of which spaces, the sidebar's first."""

    suite: Suite
    asking: Asking
    spaces: tuple[str, ...]


def choose(wv: WordVectors) -> Chosen:
    """The suite, the settings and the spaces, from widgets in the address."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        suite = _suite()
        others = _others(wv)
        beside = st.multiselect(
            "Beside", list(others), key="beside", bind=session.ADDRESS, width=270, placeholder="another space, to compare"
        )
        largest = max([wv.n_words, *(others[name] for name in beside)])
        asking = _analogy_settings(largest) if isinstance(suite, AnalogySuite) else _similarity_settings()
    return Chosen(suite, asking, (wv.name, *beside))


def _others(wv: WordVectors) -> dict[str, int]:
    """The words of each space that can stand beside this one: every other space, and the views of this one's."""
    words = {entry.name: entry.words for entry in cached.entries()}
    own = views.parted(wv.name)[0]
    seen = {views.named(own, views.label(view, wv.dim)): wv.n_words for view in (views.STORED, "centred", "all-but-the-top")}
    return {name: n for name, n in (words | seen).items() if name != wv.name}


def _suite() -> Suite:
    names = evaluation.names()
    asked = session.asked_in_address("suite")
    if asked is not None and asked not in names:
        st.warning(plain(f"The address asks for the suite '{asked[:60]}', which is not here."), icon=":material/link_off:")
    name = st.selectbox("Suite", names, key="suite", bind=session.ADDRESS, width=170, help="Google's analogies, rated pairs, and your own.")
    return evaluation.find(name or names[0])


def _analogy_settings(n_words: int) -> Asking:
    choices = [name for name, most in AMONG.items() if most is None or most < n_words]
    method = st.selectbox("Method", list(_titles()), key="eval_method", bind=session.ADDRESS, width=150, help=_formulas())
    among = st.selectbox(
        "Among",
        choices,
        key="eval_among",
        bind=session.ADDRESS,
        width=165,
        help="Only these words are asked about and can be answers: the most frequent ones, or all. All takes a few seconds more.",
    )
    with st.popover("More", icon=":material/tune:"):
        unknown = st.segmented_control(
            "Questions with unknown words", ("skipped", "wrong"), default="skipped", required=True, key="eval_unknown", bind=session.ADDRESS
        )
        fold = st.toggle("Capital and small letters are the same", True, key="eval_fold", bind=session.ADDRESS)
        inputs = st.toggle("The three asked words may be answers", False, key="eval_inputs", bind=session.ADDRESS)
        slow = _titles()[method or "3CosAdd"] not in evaluation.FAST
        sample = st.selectbox("Questions", list(SAMPLES), index=2 if slow else 0, key=f"eval_sample_{slow}", bind=session.ADDRESS)
    return Asking(_titles()[method or "3CosAdd"], AMONG[among or "all"], fold, unknown or "skipped", inputs, SAMPLES[sample or "all"])


def _titles() -> dict[str, str]:
    return {score.title: name for name, score in SCORES.items() if name != "euclid"}


def _formulas() -> str:
    return "\n".join(f"- {title}: `{SCORES[name].formula}`" for title, name in _titles().items())


def _similarity_settings() -> Asking:
    with st.popover("More", icon=":material/tune:"):
        unknown = st.segmented_control(
            "Pairs with unknown words", ("skipped", "wrong"), default="skipped", required=True, key="pairs_unknown", bind=session.ADDRESS
        )
        fold = st.toggle("Capital and small letters are the same", True, key="pairs_fold", bind=session.ADDRESS)
    return Asking(fold=fold, unknown=unknown or "skipped")


# ---------------------------------------------------------------------------------------------------- results, at once or by a run


def results(chosen: Chosen) -> tuple[list[AnalogyResult], list[SimilarityResult]]:
    """The results there are, in the order of the spaces, one of the lists empty; those that take longer get a button that starts a run."""
    _at_work()
    found: list[Result] = []
    waiting: list[str] = []
    with st.spinner(f"Asking {chosen.suite.title}…"):
        for name in chosen.spaces:
            result = cached.evaluated(cached.space(name), chosen.suite, chosen.asking)
            if result is None:
                waiting.append(name)
            else:
                found.append(result)
    if waiting:
        _start(chosen, waiting)
    return (
        [result for result in found if isinstance(result, AnalogyResult)],
        [result for result in found if isinstance(result, SimilarityResult)],
    )


def baseline(chosen: Chosen, asked: Sequence[AnalogyResult]) -> AnalogyResult | None:
    """What only-b answers of the first space's questions, where that takes about a second; None where it takes longer."""
    if not asked:
        return None
    found = cached.baseline(cached.space(asked[0].space), chosen.suite, chosen.asking)
    return found if isinstance(found, AnalogyResult) else None


def _start(chosen: Chosen, names: Sequence[str]) -> None:
    if any(run.live and list(run.argv) == evaluated.command(chosen.suite.name, chosen.asking, names) for run in jobs.all()):
        return  # its bar is above
    shown = " and ".join(f"**{plain(name)}**" for name in names)
    asked = f"{plain(chosen.suite.title)} by {SCORES[chosen.asking.method].title}"
    with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(
            f"{shown}: {asked} takes longer than a second here, so it runs by itself.",
            width="stretch",
        )
        st.button("Evaluate", key="evaluate", type="primary", icon=":material/play_arrow:", on_click=_begin, args=(chosen, tuple(names)))


def _begin(chosen: Chosen, names: tuple[str, ...]) -> None:
    """Start the run; for callbacks. A second click starts no second one."""
    told_as = f"Evaluate {', '.join(names)} on {chosen.suite.title} by {SCORES[chosen.asking.method].title}"
    argv = evaluated.command(chosen.suite.name, chosen.asking, names)
    try:
        if any(run.live and list(run.argv) == argv for run in jobs.all()):
            session.say("evaluate", f"{told_as}: at work already, see its bar.")
        else:
            jobs.start(argv, told_as)
    except EmbeddingsError as error:
        session.say("evaluate", str(error), good=False)


def _at_work() -> None:
    for sentence, good in session.take_told("evaluate"):
        (st.success if good else st.error)(plain(sentence), icon=":material/check_circle:" if good else ":material/error:")
    with told():
        for run_id in watch.active(("evaluate",)):
            watch.job(run_id, evaluated.done)


# ---------------------------------------------------------------------------------------------------- single questions


Either = TypeVar("Either", AnalogyResult, SimilarityResult)


def one_of(results: Sequence[Either]) -> Either:
    """The result that is looked into: the only one, or the one that is chosen."""
    if len(results) == 1:
        return results[0]
    named = {result.space: result for result in results}
    name = st.segmented_control("Space", list(named), default=results[0].space, required=True, key="eval_look", bind=session.ADDRESS)
    return named.get(name or "", results[0])


def questions(result: AnalogyResult) -> list[Answered]:
    """The questions that fit the filters."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        every = "every section"
        section = st.selectbox(
            "Section", [every, *(name for name, _ in result.sections)], key="eval_section", bind=session.ADDRESS, width=270
        )
        state = st.segmented_control("Show", STATES, default="wrong", required=True, key="eval_state", bind=session.ADDRESS)
        ranks = st.selectbox("Rank of the expected word", list(RANKS), key="eval_rank", bind=session.ADDRESS, width=170)
        text = st.text_input("With the word", key="eval_word", bind=session.ADDRESS, width=130, placeholder="paris") or ""
    low, high = RANKS[ranks or "any rank"]
    word = text.strip().casefold()
    return [
        each
        for each in result.answered
        if (section in (None, every) or each.section == section)
        and _is(each, state or "wrong")
        and (not low or low <= each.rank <= high)
        and (not word or word in {part.casefold() for part in (*each.question[:3], *each.question.expected, each.answer)})
    ]


def _is(each: Answered, state: str) -> bool:
    return {"all": True, "right": each.right, "wrong": each.covered and not each.right, "unknown word": not each.covered}[state]


# ---------------------------------------------------------------------------------------------------- own suites


def bring() -> None:
    """The place to drop an own suite, what became of it, and the own ones there are."""
    with st.container(border=True):
        turn = session.value("suite_turn", 0)
        files = st.file_uploader(
            "Drop questions or rated pairs here: txt, csv or tsv",
            accept_multiple_files=True,
            key=f"suites_{turn}",
            max_upload_size=50,
            help="What it is is told by its content. A folder of BATS is laid into the folder evaluation of the data folder.",
        )
        st.caption(
            "Analogies: `: section`, then four words a line. Ratings: two words and a number a line (MEN, Rare Words, your own). "
            "BATS: a word, a tab and its answers parted by `/`."
        )
        _own()
    if files:
        _take([(file.name, file.getvalue()) for file in files], int(str(turn)))
    for sentence, good in session.take_told("suites"):
        (st.success if good else st.error)(plain(sentence), icon=":material/check_circle:" if good else ":material/error:")


def _take(files: Sequence[tuple[str, bytes]], turn: int) -> None:
    for name, data in files:
        try:
            session.say("suites", _told(suites.keep(name, data)))
        except EmbeddingsError as error:
            session.say("suites", str(error), good=False)
    session.set_value("suite_turn", turn + 1)
    st.rerun()


def _told(suite: Suite) -> str:
    if isinstance(suite, SimilaritySuite):
        return f"{suite.name}: {len(suite.pairs):,} rated pairs. Choose it above as a suite."
    return f"{suite.name}: {suite.n_questions:,} questions in {len(suite.sections):,} sections. Choose it above as a suite."


def _own() -> None:
    own = [name for name in evaluation.names() if name not in evaluation.BOX]
    if not own:
        return
    with st.popover("Remove one", icon=":material/delete:"):
        name = st.selectbox("Your suites", own, key="suite_gone")
        st.button("Yes, remove it", key="suite_remove", type="primary", on_click=_remove, args=(name,))


def _remove(name: str) -> None:
    try:
        suites.remove(name)
    except EmbeddingsError as error:
        session.say("suites", str(error), good=False)
        return
    session.say("suites", f"{name} was removed.")
