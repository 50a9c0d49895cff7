"""The live picture: names above the columns, what runs, and a time left that goes by cost and goes down by itself."""

import os
import re
import select
import subprocess
import sys

import pytest

from bs_app_campaign import Campaign
from bs_app_campaign.executors import executor
from bs_app_campaign.grid import Grid, duration
from bs_app_campaign.jobs import Ending, Job, Limits, Outcome


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


def grid(database, models, benchmarks, cost=60.0, workers=1):
    campaign = Campaign.create(database, "first", models, benchmarks)
    costs = {(pair.model, pair.benchmark): cost for pair in campaign.pairs()}
    return Grid(campaign, costs, workers, Clock())


def lines(seen, width=60, height=20):
    return seen.render(width, height).plain.splitlines()


def test_names_stand_above_their_columns_and_what_runs_is_named(database):
    seen = grid(database, ["good-0", "a"], ["one", "two", "three"])
    seen.note("good-0", "one", "ok")
    seen.note("a", "three", "failed")
    seen.begun(Job(3, "good-0", "three", ""), 60.0)
    seen.clock.now += 5
    assert lines(seen)[:-1] == [
        "       one",
        "       │two",
        "       ││three",
        "good-0 ●·▶",
        "a      ··✗",
        "▶ good-0 on three, 5 s",
    ]
    seen.note("good-0", "three", "pending")  # it crashed, and waits again
    assert lines(seen)[3] == "good-0 ●··" and "▶" not in "".join(lines(seen))
    assert lines(seen)[-1].startswith("first: 2 of 6 pairs, about ")


def test_the_time_left_goes_by_cost_and_goes_down_while_nothing_ends(database):
    seen = grid(database, ["good-0"], ["one", "two", "three"], workers=2)
    assert seen.seconds_left() == 180 / 2
    seen.begun(Job(1, "good-0", "one", ""), 100.0)  # now known to take longer
    assert seen.seconds_left() == 220 / 2
    seen.clock.now += 10
    assert seen.seconds_left() == 210 / 2, "one pair runs, two workers"
    seen.clock.now += 40
    seen.note("good-0", "one", "ok")
    assert seen.seconds_left() == 60, "120 s are left, and two seconds of cost were done in each second"
    seen.begun(Job(2, "good-0", "two", ""), 60.0)
    seen.clock.now += 50
    assert seen.seconds_left() == pytest.approx((120 - 50) / (150 / 100))
    seen.clock.now += 1000
    assert seen.seconds_left() == pytest.approx(60 / (160 / 1100)), "what takes longer than expected is done in no less"
    for benchmark in ("two", "three"):
        seen.note("good-0", benchmark, "failed")
    assert seen.seconds_left() == 0 and seen.progress() == "3 of 3 pairs"


def test_a_line_for_each_attempt_where_there_is_no_terminal(database):
    seen = grid(database, ["good-0"], ["one", "two"])
    job = Job(1, "good-0", "one", "")
    assert seen.line(Outcome(job, Ending.CRASHED, "it died"), "pending").startswith(
        "good-0 on one: pending, attempted again (it died); 0 of 2 pairs, about 2 min left"
    )
    assert seen.line(Outcome(job, Ending.DONE), "ok").startswith("good-0 on one: ok; 1 of 2 pairs")


@pytest.mark.parametrize(("width", "height"), [(80, 24), (40, 10), (20, 6)])
def test_many_models_and_benchmarks_fit_the_screen(database, width, height):
    models, benchmarks = [f"model-{n}" for n in range(50)], [f"benchmark-{n}" for n in range(100)]
    seen = grid(database, models, benchmarks)
    for number in (7, 8, 9, 10, 11):
        seen.begun(Job(1, "model-3", f"benchmark-{number}", ""), 60.0)
    shown = lines(seen, width, height)
    assert len(shown) <= height and any(line.startswith("model-3 ") for line in shown), "what changed last is shown"
    assert "▶ and 1 more" in shown and any("1         11" in line for line in shown)
    assert any(line.startswith("1 benchmark-0, 2 ") for line in shown) == (height == 24), "names give way to what runs"
    row = next(line for line in shown if line.startswith("model-3 "))
    assert row.split(" ", 1)[1].strip().startswith("·······▶▶▶▶")


def test_pairs_that_begin_are_told(database):
    campaign, told = Campaign.create(database, "first", ["good-0"], ["one", "two"]), []
    campaign.run(executor("inprocess"), limits=Limits(), begun=lambda job, cost: told.append((job.benchmark, cost)))
    assert told == [("one", 0.0), ("two", 0.0)]


@pytest.mark.parametrize(("seconds", "said"), [(0.4, "0 s"), (89, "89 s"), (90, "2 min"), (5400, "1.5 h")])
def test_durations(seconds, said):
    assert duration(seconds) == said


@pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals are of POSIX")
def test_on_a_terminal_the_picture_is_live(address):
    """In a pseudo-terminal: the header, a pair that runs, and a time that goes on while nothing ends."""
    import pty

    ours, theirs = pty.openpty()
    program = "import sys; from brainscore_core.cli.shell import run; sys.exit(run(sys.argv[1:]))"
    command = ["campaign", "run", "good-0", "hangs", "-b", "one", "-b", "two", "--workers", "1", "--time", "6"]
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "80", "LINES": "24"}
    with subprocess.Popen(
        [sys.executable, "-c", program, *command, "--name", "live"],
        stderr=theirs, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, env=environment,
    ) as process:  # fmt: skip
        os.close(theirs)
        printed = b""
        while select.select([ours], [], [], 60)[0]:
            try:
                more = os.read(ours, 2**16)
            except OSError:  # Linux says so at the end
                break
            if not more:
                break
            printed += more
    os.close(ours)
    assert process.returncode == 1
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", printed.decode()).replace("\r", "\n")
    assert "       one\n" in text and "       │two\n" in text, "the benchmarks are named"
    assert "good-0 ●●" in text and "hangs  ✗✗" in text and "live: 4 of 4 pairs" in text
    waited = [int(found) for found in re.findall(r"▶ hangs on \w+, (\d) s", text)]
    assert len(set(waited)) >= 3, "it ticks while nothing ends"
    assert re.search(r"live: \d of 4 pairs, about [\d.]+ (s|min|h) left", text)
