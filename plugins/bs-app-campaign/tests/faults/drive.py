"""``drive.py campaign|record|hold JSON``: what processes do that faults happen to; what is stored is told at once."""

import datetime
import importlib
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
    _refuse(options.get("refuse"))
    {"campaign": campaign, "record": record, "hold": hold}[what](**options.get(what, {}))


def campaign(models, benchmarks, executor="inprocess", workers=None, limits=None, retry=(), grace=None, files=None):
    """Create or resume, and run; with as many files more than are open now, where that is said."""
    from bs_app_campaign import Campaign, Database, running
    from bs_app_campaign.executors import executor as named
    from bs_app_campaign.executors import watching
    from bs_app_campaign.jobs import Limits

    running.PAUSES_S = (0.05,) * 4
    watching.GRACE_S = watching.GRACE_S if grace is None else grace
    made = Campaign.create(Database(), "faulty", models, benchmarks)
    made.retry(*retry)
    chosen = named(executor, **({"workers": workers} if workers else {}))
    say("begun")
    if files is not None:
        soft = len(os.listdir("/proc/self/fd")) + files
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
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
    """Let the clock of our modules jump by up to ten years, either way, whenever it is asked."""
    if seed is None:
        return
    for name in ("brainscore_core.run", "bs_app_campaign.clock", "bs_app_campaign.running"):
        importlib.import_module(name)
    rng, real = random.Random(seed), datetime.datetime

    class Jumping(real):
        @classmethod
        def now(cls, tz=None):
            say("jumped")
            return real.now(tz) + datetime.timedelta(days=rng.uniform(-3650, 3650))

    # not in the module datetime: libraries in C know the size of its classes
    for name, module in list(sys.modules.items()):
        if name.startswith(("brainscore_core", "bs_app_campaign")) and vars(module).get("datetime") is real:
            module.datetime = Jumping
    now = time.time
    time.time = lambda: now() + rng.uniform(-3e8, 3e8)


def _limit(size):
    """Let no file of this process, and of those that it starts, grow beyond `size`: the disk is full."""
    if size is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def _refuse(seed):
    """Start a third of all processes only, on average: the machine has no room for more."""
    if seed is None:
        return
    import errno
    import subprocess

    rng, real = random.Random(seed), subprocess.Popen

    def start(*arguments, **named):
        if rng.random() < 0.7:
            say("refused")
            raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        return real(*arguments, **named)

    subprocess.Popen = start


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
