"""Long runs: whatever happens to the process, the folder tells it, and nothing else is touched."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from embeddings import cli, runs
from embeddings.cli.text import bar
from embeddings.cli.verb import Shown, Verb
from embeddings.errors import BadQuery, Cancelled, EmbeddingsError
from embeddings.runs import asking, reading, seconds_left, watched, watching
from embeddings.settings import Progress

ROOT = Path(__file__).resolve().parents[2]


def asked(name: str = "GloVe of today") -> runs.Run:
    return runs.create(["import", "a b.txt", "--name", "mine"], name)


# ---------------------------------------------------------------------------------------------------- asking


def test_a_new_run_waits_and_knows_its_command(home):
    run = asked()
    assert (run.state, run.live, run.verb) == ("waiting", True, "import")
    assert (run.name, run.argv) == ("GloVe of today", ("import", "a b.txt", "--name", "mine"))
    assert run.folder.parent == home / "runs" and run.id.endswith("-glove-of-today")
    assert abs(run.started - time.time()) < 5 and run.progress is None and run.seconds_left is None


def test_runs_of_one_second_have_different_folders(monkeypatch):
    monkeypatch.setattr(asking.time, "strftime", lambda *_: "20260101-120000")
    ids = [asked().id for _ in range(3)]
    assert ids == [f"20260101-120000-glove-of-today{end}" for end in ("", "-2", "-3")]
    assert sorted(run.id for run in runs.runs()) == ids


@pytest.mark.parametrize("name", ["../../x", "日本", "", "a/b\\c\0d", "CON", "-" * 300, "é" * 300])
def test_any_name_makes_a_folder_among_the_runs(home, name):
    run = runs.create(["import"], name)
    assert run.folder.parent == home / "runs" and runs.find(run.id).name == (name or run.id)


@pytest.mark.parametrize(
    "run_id", ["", ".", "..", "../lists", "/etc", "20260101-120000-x/../../lists", "20260101-120000-", "20260101-120000-gone"]
)
def test_an_id_that_is_no_run_is_named(home, run_id):
    (home / "lists").mkdir(parents=True)
    asked()
    with pytest.raises(runs.UnknownRun, match="There is no run '.*'. List those there are: python -m embeddings runs"):
        runs.find(run_id)


def test_files_made_for_a_run_move_into_it_and_go_when_it_is_done(tmp_path):
    files = [tmp_path / "one" / "a.txt", tmp_path / "two" / "a.txt"]
    for file in files:
        file.parent.mkdir()
        file.write_text(file.parent.name)
    run = runs.create(["import", str(files[1]), "--words", str(files[0])], "two files", files)
    moved = [Path(run.argv[1]), Path(run.argv[3])]
    assert [file.read_text() for file in moved] == ["two", "one"] and not any(file.exists() for file in files)
    assert all(run.folder in file.parents for file in moved)
    with watched(run.folder):
        pass
    assert not any(file.exists() for file in moved)


def test_files_of_a_failed_run_stay_until_it_is_dismissed(tmp_path):
    (tmp_path / "a.zip").write_text("two members")
    run = runs.create(["import", str(tmp_path / "a.zip")], "a.zip", [tmp_path / "a.zip"])
    with pytest.raises(BadQuery), watched(run.folder):
        raise BadQuery("Which of the two?")
    assert Path(run.argv[1]).exists() and not runs.find(run.id).seen
    runs.dismiss(runs.find(run.id))
    assert not Path(run.argv[1]).exists() and runs.find(run.id).seen


# ---------------------------------------------------------------------------------------------------- at work


def test_a_run_tells_its_work_and_its_result():
    run = asked()
    with watched(run.folder) as watch:
        watch.report(Progress(1, 4, "reading ünïcode"))
        now = runs.find(run.id)
        assert (now.state, now.pid, now.progress) == ("running", os.getpid(), Progress(1, 4, "reading ünïcode"))
        watch.result = {"rows": 3, "name": "日本"}
    ended = runs.find(run.id)
    assert (ended.state, ended.live, ended.result, ended.error) == ("done", False, {"rows": 3, "name": "日本"}, "")
    assert ended.ended and 0 <= ended.seconds < 60 and ended.ended >= run.started


def test_the_last_report_is_kept_though_it_came_too_soon():
    run = asked()
    with watched(run.folder) as watch:
        for done in range(1, 1_000):
            watch.report(Progress(done, 2_000, "steps"))
    lines = (run.folder / "progress.jsonl").read_text().splitlines()
    assert runs.find(run.id).progress == Progress(999, 2_000, "steps")
    assert json.loads(lines[0])[1] == 1 and len(lines) < 20


def test_hours_of_reports_stay_within_bounds(monkeypatch):
    monkeypatch.setattr(watching, "EVERY", 0)
    monkeypatch.setattr(watching, "LARGEST", 60_000)
    run = asked()
    with watched(run.folder) as watch:
        for done in range(5_000):
            watch.report(Progress(done, 10**6, "x" * 500))
            assert done % 500 or (run.folder / "progress.jsonl").stat().st_size < 60_000 + 600 + 250 * 500
    reported = [json.loads(line) for line in (run.folder / "progress.jsonl").read_text().splitlines()]
    assert reported[0][1] == 0 and reported[-1][1] == 4_999 and [line[1] for line in reported] == sorted(line[1] for line in reported)


def test_a_cancel_stops_the_run_at_its_next_report():
    run = asked()
    with pytest.raises(Cancelled, match="Cancelled, as you asked."), watched(run.folder) as watch:
        watch.report(Progress(1, 2))
        runs.cancel(runs.find(run.id))
        assert runs.find(run.id).cancelling
        time.sleep(0.06)  # a look at the disk every 0.05 s
        watch.report(Progress(2, 2))
        raise AssertionError("went on")
    ended = runs.find(run.id)
    assert (ended.state, ended.error_type, ended.cancelling, ended.result) == ("cancelled", "Cancelled", False, None)


def test_a_run_cancelled_while_it_waits_does_nothing():
    run = asked()
    runs.cancel(run)
    with pytest.raises(Cancelled), watched(run.folder):
        raise AssertionError("was begun")
    assert runs.find(run.id).state == "cancelled"


def test_a_readers_error_is_kept_and_goes_on():
    run = asked()
    with pytest.raises(BadQuery, match="line 3"), watched(run.folder):
        raise BadQuery("line 3 has 49 numbers; 50 were expected.")
    failed = runs.find(run.id)
    assert (failed.state, failed.error_type, failed.error) == ("failed", "BadQuery", "line 3 has 49 numbers; 50 were expected.")


def test_a_bug_is_called_one_and_says_where_its_traceback_is():
    run = asked()
    with pytest.raises(ZeroDivisionError), watched(run.folder):
        print(1 / 0)
    failed = runs.find(run.id)
    assert failed.state == "failed"
    assert failed.error == (
        "This is a fault of the program, not of yours (ZeroDivisionError: division by zero). "
        f"{run.folder / 'errors.txt'} has the traceback."
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process at once")
def test_the_systems_wish_to_end_becomes_a_cancel_and_is_put_back():
    before = signal.getsignal(signal.SIGTERM)
    run = asked()
    with pytest.raises(Cancelled, match="the system asked"), watched(run.folder) as watch:
        os.kill(os.getpid(), signal.SIGTERM)
        watch.report(Progress(1, 2))
    assert runs.find(run.id).state == "cancelled" and signal.getsignal(signal.SIGTERM) is before


def test_a_run_works_outside_the_main_thread():
    run, said = asked(), []

    def work():
        with watched(run.folder) as watch:
            watch.report(Progress(1, 1))
            said.append(runs.find(run.id).state)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(10)
    assert (said, runs.find(run.id).state) == (["running"], "done")


def test_a_run_is_taken_up_once(monkeypatch):
    run = asked()
    with watched(run.folder):
        pass
    with pytest.raises(runs.UnknownRun, match="was taken up before. Ask for a new one"), watched(run.folder):
        raise AssertionError("was begun again")
    assert runs.find(run.id).state == "done"


@pytest.mark.parametrize("folder", ["{home}/lists", "{home}/runs/../lists", "{home}/runs/20260101-120000-gone", "/tmp", "x"])
def test_no_folder_but_a_runs_is_written(home, folder):
    (home / "lists").mkdir(parents=True)
    with pytest.raises(runs.UnknownRun, match="is not the folder of a run; those lie in"), watched(Path(folder.format(home=home))):
        raise AssertionError("was begun")
    assert not any((home / "lists").iterdir())


# ---------------------------------------------------------------------------------------------------- when a process is gone

AT_WORK = """
import sys, time
from pathlib import Path
from embeddings.runs import watched
from embeddings.settings import Progress
with watched(Path(sys.argv[1])) as watch:
    for done in range(1_000):
        watch.report(Progress(done, 1_000, "waiting"))
        print("at work", flush=True)
        time.sleep(0.05)
"""


@pytest.fixture
def at_work():
    """A real process at work in a new run."""
    run = asked()
    process = subprocess.Popen([sys.executable, "-c", AT_WORK, str(run.folder)], cwd=ROOT, stdout=subprocess.PIPE)
    process.stdout.readline()
    yield run, process
    process.kill()
    process.wait(10)
    process.stdout.close()


def test_a_killed_process_leaves_an_interrupted_run(at_work):
    run, process = at_work
    assert runs.find(run.id).state == "running" and runs.find(run.id).pid == process.pid
    process.kill()
    process.wait(10)
    gone = runs.find(run.id)
    assert (gone.state, gone.live, gone.progress.total) == ("interrupted", False, 1_000)
    assert gone.error == "Its process ended without a word: killed, out of memory, or the machine went off. Start it again."


def test_a_killed_process_that_was_asked_to_stop_counts_as_cancelled(at_work):
    run, process = at_work
    (run.folder / "cancel").touch()
    process.kill()
    process.wait(10)
    assert runs.find(run.id).state == "cancelled"


def test_another_process_is_asked_to_stop_and_does(at_work):
    run, process = at_work
    asked_at = time.monotonic()
    runs.cancel(runs.find(run.id))
    process.wait(10)
    assert time.monotonic() - asked_at < 2 and runs.find(run.id).state == "cancelled"


def test_two_processes_do_not_do_one_run(at_work, monkeypatch):
    run, _ = at_work
    monkeypatch.setattr(watching, "TAKE_UP", 0.1)
    with pytest.raises(runs.UnknownRun, match="Another process is at work"), watched(run.folder):
        raise AssertionError("was begun twice")
    assert runs.find(run.id).state == "running"


def test_a_live_run_is_not_removed_or_dismissed(at_work):
    run, process = at_work
    for act in (runs.remove, runs.dismiss):
        with pytest.raises(EmbeddingsError, match="is still running. Cancel it first"):
            act(runs.find(run.id))
    process.kill()
    process.wait(10)
    runs.remove(runs.find(run.id))
    assert runs.runs() == [] and not run.folder.exists()


def test_a_process_that_never_comes_is_waited_for_and_then_told(monkeypatch):
    run = asked()
    assert runs.find(run.id).state == "waiting"
    monkeypatch.setattr(reading, "GRACE", 0)
    gone = runs.find(run.id)
    assert gone.state == "interrupted" and "Its process never began." in gone.error and "errors.txt may say why" in gone.error


# ---------------------------------------------------------------------------------------------------- damage, and many


KEYS = st.sampled_from(["state", "argv", "name", "started", "ended", "seconds", "error", "message", "pid"])
LEAVES = st.none() | st.booleans() | st.floats() | st.integers() | st.text() | st.sampled_from(["running", "done", "failed"])
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=8)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(["settings.json", "state.json", "progress.jsonl"]),
    data=st.binary(max_size=80) | VALUES.map(lambda value: json.dumps(value).encode()),
)
@example(name="settings.json", data=b'{"":null,"started":1e20}')
@example(name="settings.json", data=b'{"":null,"started":0.1e18}')
def test_damaged_files_are_told_and_never_raise(home, name, data):
    run = asked()
    with watched(run.folder) as watch:
        watch.report(Progress(1, 2, "half"))
    (run.folder / name).write_bytes(data)
    found = runs.find(run.id)
    json.dumps(found.as_json())
    assert found in runs.runs() and found.name
    assert found.state == "done" or found.error
    runs.remove(found)


def test_damage_names_the_file_and_the_cure():
    run = asked()
    with watched(run.folder):
        pass
    (run.folder / "state.json").write_text('{"state": "do')
    damaged = runs.find(run.id)
    assert damaged.state == "interrupted" and damaged.error.startswith("state.json of this run cannot be read:")
    assert damaged.error.endswith(f"Remove the run: python -m embeddings runs --remove {run.id}")


def test_a_half_written_line_of_progress_is_passed_over():
    run = asked()
    with watched(run.folder) as watch:
        watch.report(Progress(1, 2, "half"))
        with open(run.folder / "progress.jsonl", "ab") as out:
            out.write(b'[3.5, 2, 2, "al')
        assert runs.find(run.id).progress == Progress(1, 2, "half")


def test_the_newest_ended_runs_are_kept_and_live_ones_always(monkeypatch):
    monkeypatch.setattr(asking, "KEPT", 3)
    live = asked("still waiting")
    ids = []
    for number in range(5):
        run = asked(f"number {number}")
        with watched(run.folder):
            pass
        ids.append(run.id)
    asked("one more")
    assert [run.id for run in runs.runs() if run.state == "done"] == ids[:1:-1]
    assert runs.find(live.id).state == "waiting"


# ---------------------------------------------------------------------------------------------------- time left


def steady(seconds, per_second, total=1_000, first=0.0, done=0):
    """Reports once a second at one pace."""
    return [(first + second, Progress(int(done + second * per_second), total)) for second in range(seconds)]


def test_time_left_at_a_steady_pace_is_what_remains_over_the_pace():
    assert seconds_left(steady(41, 10), 40) == pytest.approx(60)
    assert seconds_left(steady(41, 10), 40.5) == pytest.approx(59.5)  # it runs down between two reports


def test_time_left_follows_the_pace_of_late():
    slowed = steady(60, 10) + steady(60, 1, first=60, done=600)
    assert seconds_left(slowed, 119) == pytest.approx(341, rel=0.01)  # (1,000 - 659) / 1; the mean pace would say 62


def test_time_left_grows_while_nothing_is_heard():
    left = [seconds_left(steady(31, 10), now) for now in (31, 40, 60)]
    assert left[0] < left[1] < left[2]


@pytest.mark.parametrize(
    "reported",
    [[], [(0.0, Progress(1, 2))], [(0.0, Progress(5, 0)), (9.0, Progress(6, 0))], [(0.0, Progress(1, 9)), (0.5, Progress(2, 9))],
     [(0.0, Progress(3, 9)), (9.0, Progress(3, 9))]],
)  # fmt: skip
def test_time_left_is_not_told_before_there_is_something_to_go_by(reported):
    assert seconds_left(reported, 9) is None


def test_a_new_step_starts_from_nothing_and_a_full_one_has_no_time_left():
    assert seconds_left([*steady(50, 10), (50.0, Progress(0, 77))], 50) is None
    assert seconds_left([*steady(50, 10), (50.0, Progress(1_000, 1_000))], 50) == 0


def test_a_resumed_download_is_not_taken_for_a_fast_one():
    resumed = steady(21, 1, done=900)  # 900 were there before
    assert seconds_left(resumed, 20) == pytest.approx(80)


@pytest.mark.parametrize(
    ("seconds", "told"), [(0.4, "0 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (130, "2 min 10 s"), (3_900, "1 h 5 min")]
)
def test_durations_are_told_as_people_do(seconds, told):
    assert runs.duration(seconds) == told


# ---------------------------------------------------------------------------------------------------- the command line


def slow_verb(work):
    return Verb("slow", "a slow thing", "For tests.", (), lambda parser: parser.add_argument("--steps", type=int, default=3), work)


def steps(args):
    for done in range(args.steps):
        args.report(Progress(done, args.steps, "steps"))
    return Shown({"steps": args.steps, "mean": float("nan")}, f"{args.steps} steps")


@pytest.fixture
def slow(monkeypatch):
    """Registers a verb `slow` that does what it is given."""

    def register(work=steps):
        monkeypatch.setitem(cli.VERBS, "slow", slow_verb(work))

    register()
    return register


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_verb_run_from_a_folder_leaves_its_result_there(slow, capsys):
    run = runs.create(["slow", "--steps", "5"], "slow")
    assert cli.main(["slow", "--json", "--run", str(run.folder), "--steps", "5"]) == 0
    ended = runs.find(run.id)
    assert json.loads(capsys.readouterr().out) == ended.result == {"steps": 5, "mean": None}
    assert (ended.state, ended.progress) == ("done", Progress(4, 5, "steps"))


def test_wrong_flags_of_a_run_are_told_by_the_run(slow, capsys):
    run = runs.create(["slow", "--stepps"], "slow")
    assert cli.main(["slow", "--json", "--run", str(run.folder), "--stepps"]) == 2
    assert runs.find(run.id).state == "failed" and "unrecognized arguments: --stepps" in runs.find(run.id).error


def test_a_run_flag_after_a_bare_dash_is_text(tmp_path, capsys):
    cli.main(["query", "--json", "--", "--run", str(tmp_path)])
    assert json.loads(capsys.readouterr().out)["error"]["type"] != "UnknownRun" and not any(tmp_path.iterdir())


def test_a_cancelled_verb_exits_with_130_and_a_sentence(slow, capsys):
    run = runs.create(["slow"], "slow")
    runs.cancel(run)
    assert cli.main(["slow", "--run", str(run.folder)]) == 130
    assert capsys.readouterr().err == "Cancelled, as you asked.\n"
    assert runs.find(run.id).state == "cancelled"


def interrupted(args):
    args.report(Progress(1, 2, "half"))
    raise KeyboardInterrupt


def test_a_key_that_interrupts_exits_with_130_and_wipes_the_bar(slow, monkeypatch):
    slow(interrupted)
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert cli.main(["slow"]) == 130
    assert "50 %  half" in sys.stderr.getvalue() and sys.stderr.getvalue().endswith("\r" + " " * 79 + "\r")
    run = runs.create(["slow"], "slow")
    assert cli.main(["slow", "--run", str(run.folder)]) == 130
    assert (runs.find(run.id).state, runs.find(run.id).error) == ("cancelled", "Stopped from the keyboard.")


def test_the_bar_tells_per_cent_and_time_left(monkeypatch):
    clock, stream = [0.0], Terminal()
    monkeypatch.setattr("embeddings.cli.text.time.monotonic", lambda: clock[0])
    report = bar(stream)
    for done in range(5):
        clock[0] = 10.0 * done
        report(Progress(done, 20, "rows of a\x1b[31mb"))
    last = stream.getvalue().rpartition("\r")[2]
    assert last == "[######........................]  20 %, 2 min 40 s left  rows of a\\x1b[31mb"
    report(Progress(20, 20))
    assert stream.getvalue().endswith("\r" + " " * 79 + "\r")


def test_a_bar_without_a_total_counts():
    stream = Terminal()
    bar(stream)(Progress(12_345, 0, "rows"))
    assert stream.getvalue().endswith("12,345  rows")


def told(capsys, *argv):
    capsys.readouterr()
    assert cli.main([*argv, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_verb_lists_tells_cancels_and_removes(slow, capsys):
    assert told(capsys, "runs") == {"runs": []}
    done, waiting = runs.create(["slow", "--steps", "2"], "the first"), runs.create(["slow"], "the second")
    assert cli.main(["slow", "--steps", "2", "--run", str(done.folder)]) == 0
    assert [(run["name"], run["state"]) for run in told(capsys, "runs")["runs"]] == [("the second", "waiting"), ("the first", "done")]
    assert told(capsys, "runs", done.id)["result"] == {"steps": 2, "mean": None}
    told(capsys, "runs", "--cancel", waiting.id)
    assert runs.find(waiting.id).cancelling
    told(capsys, "runs", "--remove", done.id)
    assert [run.id for run in runs.runs()] == [waiting.id]
    assert cli.main(["runs", "--remove", waiting.id]) == 2
    assert "is still waiting. Cancel it first" in capsys.readouterr().err


def test_one_run_as_text_says_how_to_do_it_again(capsys):
    run = runs.create(["import", "my file.txt"], "my file")
    with pytest.raises(BadQuery), watched(run.folder):
        raise BadQuery("It is empty.")
    assert cli.main(["runs", run.id]) == 0
    out = capsys.readouterr().out
    assert "my file: failed" in out and "It is empty." in out and "python -m embeddings import 'my file.txt'" in out


def test_an_unknown_run_is_said_on_the_command_line(capsys):
    assert cli.main(["runs", "--cancel", "../x"]) == 2
    assert "There is no run '../x'" in capsys.readouterr().err
