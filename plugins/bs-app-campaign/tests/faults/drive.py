"""``drive.py campaign|record|hold JSON``: what processes do that faults happen to; what is stored is told at once."""

import datetime
import json
import os
import random
import resource
import signal
import sys
import time


def main(what, options):
    _jump(options.get("clock"))
    _limit(options.get("file_bytes"))
    _die(options.get("die"))
    {"campaign": campaign, "record": record, "hold": hold}[what](**options.get(what, {}))


def campaign(models, benchmarks, executor="inprocess", workers=None, limits=None, retry=()):
    """Create or resume, and run."""
    from bs_app_campaign import Campaign, Database
    from bs_app_campaign.executors import executor as named
    from bs_app_campaign.jobs import Limits

    made = Campaign.create(Database(), "faulty", models, benchmarks)
    made.retry(*retry)
    chosen = named(executor, **({"workers": workers} if workers else {}))
    say("begun")
    made.run(chosen, limits=Limits(**(limits or {})), tell=lambda _, outcome, status: say(outcome.job.run, status))


def record(first, count, seed, gate=None):
    """Store scores with draws, named by their number; what is stored already is stored once."""
    import numpy as np

    from brainscore_core.scores import Score
    from brainscore_core.statistics.pairing import shared_draws
    from bs_app_campaign import Database
    from bs_app_campaign.recording import benchmark_row, model_row
    from bs_app_campaign.recording import record as store

    while gate and not os.path.exists(gate):
        time.sleep(0.01)
    database = Database()
    say("begun")
    for number in range(first, first + count):
        values = np.random.default_rng([seed, number]).normal(size=50)
        score = Score(float(values.mean()), 0.1, draws=shared_draws(values, np.arange(10)))

        def work(session, number=number, score=score):
            model = model_row(session, {"identifier": f"m{number % 7}", "digest": "d"})
            benchmark = benchmark_row(session, {"identifier": f"b{number % 5}", "version": 1})
            return store(session, f"run-{number}", model, benchmark, {"status": "ok"}, score).id

        database.transact(work)
        say(f"run-{number}", "ok")


def hold(seconds):
    """Keep the database locked."""
    from bs_app_campaign import Database

    with Database().write():
        say("begun")
        time.sleep(seconds)


def say(*words):
    print(*words, flush=True)


def _jump(seed):
    """Let the clock of this process jump by up to ten years, either way, whenever it is asked."""
    if seed is None:
        return
    rng, real = random.Random(seed), datetime.datetime

    class Jumping(real):
        @classmethod
        def now(cls, tz=None):
            return real.now(tz) + datetime.timedelta(days=rng.uniform(-3650, 3650))

    datetime.datetime = Jumping
    now = time.time
    time.time = lambda: now() + rng.uniform(-3e8, 3e8)


def _limit(size):
    """Let no file of this process, and of those that it starts, grow beyond `size`: the disk is full."""
    if size is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def _die(point):
    """Die without a word at the `point`-th call that changes a file, a table or a process: just before or after it."""
    if point is None:
        return
    import shutil
    import subprocess

    from sqlalchemy.engine.default import DefaultDialect

    left = [point]
    for owner, name in (
        (os, "replace"), (os, "unlink"), (os, "fsync"), (shutil, "rmtree"), (subprocess, "Popen"),
        (DefaultDialect, "do_execute"), (DefaultDialect, "do_commit"), (DefaultDialect, "do_begin"),
    ):  # fmt: skip
        setattr(owner, name, _counted(getattr(owner, name), left))


def _counted(function, left):
    def call(*arguments, **named):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        result = function(*arguments, **named)
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return call


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
