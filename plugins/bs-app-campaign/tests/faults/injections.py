"""Faults, injected at moments drawn from a seed; each says how many it injected and what the database says after it."""

import json
import os
import random
import runpy
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import psutil

HERE = Path(__file__).parent
audits = runpy.run_path(str(HERE / "audit.py"), run_name="audit")
GOOD = tuple(f"good-{index}" for index in range(4))
BENCHMARKS = ("one", "two", "three")


@dataclass
class Report:
    """What one trial did."""

    injected: int
    audit: object
    note: str = ""


@dataclass(frozen=True)
class Scene:
    """A home, a database, and the environment of all processes of a trial."""

    home: Path
    url: str
    site: Path
    seed: int

    @property
    def environment(self):
        path = os.pathsep.join([str(self.site), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
        named = {"BRAINSCORE_HOME": str(self.home), "BRAINSCORE_DATABASE": self.url, "PYTHONPATH": path}
        return os.environ | named | {"OMP_NUM_THREADS": "1"}

    def open(self):
        from bs_app_campaign import Database

        return Database(self.url)

    def start(self, what, more=None, **options):
        """A process; what it tells is read by the caller."""
        command = [sys.executable, str(HERE / "drive.py"), what, json.dumps(options)]
        return subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.environment | (more or {})
        )


class Told:
    """What a process said it had stored, read while it runs."""

    def __init__(self, process):
        self.process, self.lines, self.begun = process, [], threading.Event()
        self.said = Counter()
        self.errors = ""
        self._threads = [threading.Thread(target=self._read), threading.Thread(target=self._read_errors)]
        for thread in self._threads:
            thread.start()

    def _read(self):
        for line in self.process.stdout:
            self.said[line.strip()] += 1
            if line == "begun\n":
                self.begun.set()
            elif line.endswith("\n") and len(words := line.split()) == 2:
                self.lines.append(tuple(words))
        self.begun.set()

    def _read_errors(self):
        self.errors = self.process.stderr.read()

    def end(self, timeout=180):
        """Wait for it; its exit code."""
        code = self.process.wait(timeout)
        for thread in self._threads:
            thread.join()
        self.process.stdout.close()
        self.process.stderr.close()
        return code


def finish(scene, told, models=GOOD, statuses=("ok",), benchmarks=BENCHMARKS, **how):
    """Resume without faults, and count."""
    last = Told(scene.start("campaign", campaign={"models": models, "benchmarks": benchmarks} | how))
    if code := last.end():
        raise RuntimeError(f"the campaign cannot be resumed ({code}): {last.errors}")
    database = scene.open()
    try:
        asked = [(model, benchmark) for model in models for benchmark in benchmarks]
        return audits["audit_campaign"](database, asked, [*told, *last.lines], statuses)
    finally:
        database.close()


def campaign_killed(scene, times=4):
    """``kill -9`` of the campaign while its workers run, at moments drawn from the seed."""
    rng, told = random.Random(scene.seed), []
    how = {"models": GOOD, "benchmarks": BENCHMARKS, "executor": "local", "workers": 2}
    for _ in range(times):
        process = Told(scene.start("campaign", campaign=how))
        process.begun.wait()
        with suppress(subprocess.TimeoutExpired):
            process.process.wait(rng.uniform(0, 2))
        process.process.kill()
        process.end()
        told += process.lines
    left = _below(scene)
    audit = finish(scene, told)
    audit.wrong += [f"process {entry.pid} lives on" for entry in left if entry.is_running()]
    return Report(times, audit)


def _below(scene):
    """Attempts that were begun in this trial, and run."""
    named = psutil.process_iter(["cmdline"])
    return [entry for entry in named if str(scene.home / "campaigns") in " ".join(entry.info["cmdline"] or ())]


def campaign_killed_at_a_step(scene, times=4):
    """``kill -9`` of the campaign just before or after a statement, a commit, a rename, a removal."""
    rng, told, injected = random.Random(scene.seed), [], 0
    for _ in range(times):
        how = {"models": GOOD, "benchmarks": BENCHMARKS, "executor": "inprocess"}
        process = Told(scene.start("campaign", die=rng.randint(1, 400), campaign=how))
        injected += process.end() == -signal.SIGKILL
        told += process.lines
    return Report(injected, finish(scene, told))


def worker_killed(scene, times=4, executor="local", models=GOOD):
    """``kill -9`` of processes below the campaign: attempts, or the workers of Dask."""
    rng, told, injected = random.Random(scene.seed), [], 0
    how = {"models": models, "benchmarks": BENCHMARKS, "executor": executor, "workers": 2}
    process = Told(scene.start("campaign", {"TROUBLE_SECONDS": "0.2"}, campaign=how))
    process.begun.wait()
    while injected < times and process.process.poll() is None:
        with suppress(subprocess.TimeoutExpired):
            process.process.wait(rng.uniform(0.1, 0.6))
        injected += _kill_one_below(process.process.pid, rng)
    process.end()
    told += process.lines
    return Report(injected, finish(scene, told, models, retry=["failed"]))


def _kill_one_below(pid, rng):
    with suppress(psutil.Error):
        below = psutil.Process(pid).children(recursive=True)
        below = [entry for entry in below if "tracker" not in " ".join(entry.cmdline())]
        if below:
            rng.choice(sorted(below, key=lambda entry: entry.pid)).kill()
            return 1
    return 0


def dask_worker_killed(scene, times=2, models=GOOD):
    """``kill -9`` of a Dask worker or of what it runs."""
    return worker_killed(scene, times, "dask", models)


def client_killed(scene, times=4, count=200):
    """``kill -9`` of a process that stores scores, at a moment or at a step, both drawn from the seed."""
    rng, told, injected = random.Random(scene.seed), [], 0
    for index in range(times):
        die = rng.randint(1, 1500) if index % 2 else None
        process = Told(scene.start("record", die=die, record={"first": 0, "count": count, "seed": scene.seed}))
        process.begun.wait()
        if die is None:  # while it stores, however fast the machine is
            stored = rng.randrange(count // 2)
            while len(process.lines) < stored and process.process.poll() is None:
                with suppress(subprocess.TimeoutExpired):
                    process.process.wait(rng.uniform(0, 0.005))
            process.process.kill()
        injected += process.end() == -signal.SIGKILL
        told += process.lines
    last = Told(scene.start("record", record={"first": 0, "count": count, "seed": scene.seed}))
    if last.end():
        raise RuntimeError(last.errors)
    return Report(injected, _records(scene, range(count), [*told, *last.lines]))


def _records(scene, expected, told):
    database = scene.open()
    try:
        return audits["audit_records"](database, scene.seed, expected, told)
    finally:
        database.close()


def writers(scene, times=8, count=30):
    """Eight writers at once from before the database is there, on overlapping scores, while a ninth holds it locked."""
    scene.home.mkdir(parents=True, exist_ok=True)
    gate = scene.home / "gate"
    half = count // 2
    processes = [
        Told(scene.start("record", record={"first": n * half, "count": count, "seed": scene.seed, "gate": str(gate)}))
        for n in range(times)
    ]
    time.sleep(random.Random(scene.seed).uniform(0.5, 1.5))
    gate.touch()
    holder = Told(scene.start("hold", hold={"seconds": 1.0}))
    codes = [process.end() for process in (*processes, holder)]
    audit = _records(scene, range((times + 1) * half), [line for process in processes for line in process.lines])
    audit.wrong += [process.errors[-500:] for process, code in zip(processes, codes, strict=False) if code]
    return Report(times, audit)


TROUBLE = {
    "exits": "failed",
    "forges": "failed",
    "garbles": "failed",
    "raises": "failed",
    "prints": "ok",
    "threads": "ok",
    "copies": "failed",
    "lingers": "ok",
    "falls": "ok",
}
AFTER = ("lingers", "falls")


def misbehaving(scene, kinds=None, limits=None, benchmarks=BENCHMARKS, **how):
    """Pairs that exit, forge results, garble, raise, print garbage, raise in a thread, beside good ones."""
    kinds = [kind for kind in TROUBLE if kind not in AFTER] if kinds is None else kinds
    models = tuple(f"{kind}-{scene.seed % 10}" for kind in kinds)
    how |= {"executor": "local", "workers": 2, "limits": limits, "benchmarks": benchmarks}
    audit = finish(scene, [], (*models, *GOOD[:1]), ("ok", "failed"), **how)
    database = scene.open()
    try:
        from bs_app_campaign import Campaign

        statuses = {(pair.model, pair.status) for pair in Campaign(database, "faulty").pairs()}
    finally:
        database.close()
    wanted = {(model, TROUBLE.get(kind, "failed")) for kind, model in zip(kinds, models, strict=True)}
    audit.wrong += sorted(statuses ^ (wanted | {(GOOD[0], "ok")}))
    return Report(len(models) * len(benchmarks), audit)


def after_the_result(scene, benchmarks=BENCHMARKS):
    """Pairs whose process hangs, or crashes, when its result is there: it counts, and is made once."""
    return misbehaving(scene, AFTER, None, benchmarks, grace=0.5)


def greedy(scene, benchmarks=BENCHMARKS):
    """Pairs that exhaust their memory, and pairs that hang."""
    return misbehaving(scene, ("eats", "hangs"), {"memory_mb": 300.0, "seconds": 10.0}, benchmarks)


def disk_full(scene, times=4):
    """No file may grow beyond a size drawn from the seed: the database, its log, results, what models write."""
    rng, told, injected = random.Random(scene.seed), [], 0
    models = (*GOOD, "fills")
    fill = {"TROUBLE_FILL": str(scene.home / "fill")}
    scene.home.mkdir(parents=True, exist_ok=True)
    scene.open().close()
    for _ in range(times):
        how = {
            "models": models,
            "benchmarks": BENCHMARKS,
            "executor": rng.choice(["inprocess", "local"]),
            "workers": None,
        }
        process = Told(scene.start("campaign", fill, file_bytes=rng.randint(1_000, 400_000), campaign=how))
        injected += process.end() != 0
        told += process.lines
    os.environ.update(fill)
    try:
        return Report(injected, finish(scene, told, models))
    finally:
        del os.environ["TROUBLE_FILL"]


def cancelled(scene, times=2, models=GOOD):
    """Somebody cancels while a pair runs that would take ten minutes: its process is gone within seconds."""
    rng, told, injected, late = random.Random(scene.seed), [], 0, []
    how = {"models": (*models, "hangs-0", "hangs-1"), "benchmarks": BENCHMARKS, "executor": "local", "workers": 2}
    for _ in range(times):
        process = Told(scene.start("campaign", campaign=how))
        process.begun.wait()
        with suppress(subprocess.TimeoutExpired):
            process.process.wait(rng.uniform(0.5, 3))
        injected += process.process.poll() is None and _cancel(scene)
        try:
            if process.process.wait(30) != 0:
                late.append(process.errors)
        except subprocess.TimeoutExpired:
            late.append("it goes on after it was cancelled")
            process.process.kill()
        process.end()
        told += process.lines
    left = _below(scene)
    audit = finish(scene, told, models)
    audit.wrong += [*late, *(f"process {entry.pid} lives on" for entry in left if entry.is_running())]
    return Report(injected, audit)


def _cancel(scene):
    from bs_app_campaign import Campaign

    database = scene.open()
    try:
        return Campaign(database, "faulty").cancel() > 0
    finally:
        database.close()


def unstarted(scene, times=4, models=GOOD):
    """No file can be opened, or no process started, now and then: pairs wait, and none has failed by it."""
    rng, told, injected = random.Random(scene.seed), [], 0
    for index in range(times):
        asked = models[: index + 1]  # in each run there is something to do
        how = {"models": asked, "benchmarks": BENCHMARKS, "executor": "local", "workers": 2}
        few = {"files": rng.randint(0, 6)} if index % 2 else {}
        refuse = None if few else rng.random()
        process = Told(scene.start("campaign", refuse=refuse, campaign=how | few))
        code = process.end()
        injected += bool(process.said["refused"] if refuse is not None else code)
        told += process.lines
    audit = finish(scene, told, models)
    audit.wrong += [pair for pair in _attempts(scene) if pair[-1] != 1]
    return Report(injected, audit)


def _attempts(scene):
    from bs_app_campaign import Campaign

    database = scene.open()
    try:
        return [(pair.model, pair.benchmark, pair.attempts) for pair in Campaign(database, "faulty").pairs()]
    finally:
        database.close()


def server_restarted(scene, times=2):
    """PostgreSQL is stopped and started while a campaign runs, which goes on by itself."""
    rng, injected, failed = random.Random(scene.seed), 0, []
    stage = runpy.run_path(str(HERE / "stage.py"))
    how = {"models": GOOD, "benchmarks": BENCHMARKS, "executor": "local", "workers": 2}
    process = Told(scene.start("campaign", {"TROUBLE_SECONDS": "0.3"}, campaign=how))
    process.begun.wait()
    for _ in range(times):
        with suppress(subprocess.TimeoutExpired):
            process.process.wait(rng.uniform(0.2, 1.5))
        if process.process.poll() is None:
            start = stage["stop_server"](scene.url)
            time.sleep(rng.uniform(0, 1.5))
            start()
            injected += 1
    if process.end():
        failed.append(process.errors)
    audit = finish(scene, process.lines)
    audit.wrong += failed
    return Report(injected, audit)


def clock_jumps(scene, times=3):
    """A clock that goes ten years either way whenever it is asked, and a campaign that is killed meanwhile."""
    rng, told, injected = random.Random(scene.seed), [], 0
    for _ in range(times):
        how = {"models": GOOD, "benchmarks": BENCHMARKS, "executor": "inprocess"}
        process = Told(scene.start("campaign", clock=rng.random(), die=rng.randint(250, 800), campaign=how))
        process.end()
        injected += process.said["jumped"] > 1  # twice: to another time than before
        told += process.lines
    return Report(injected, finish(scene, told))


def upgraded(scene, times=2):
    """A plugin that is upgraded between runs: each score is that of the version it names."""
    rng, told, injected = random.Random(scene.seed), [], 0
    how = {"models": GOOD, "benchmarks": BENCHMARKS, "executor": "inprocess"}
    for version in range(1, times + 1):
        process = Told(
            scene.start("campaign", {"TROUBLE_VERSION": str(version)}, die=rng.randint(200, 500), campaign=how)
        )
        process.end()
        injected += bool(process.lines)  # there was a score of the version before
        told += process.lines
    os.environ["TROUBLE_VERSION"] = str(times + 1)
    try:
        return Report(injected, finish(scene, told))
    finally:
        del os.environ["TROUBLE_VERSION"]


class Kind(NamedTuple):
    """What injects a fault, in how many trials of the whole suite, how many each, and how little in the short suite."""

    function: Callable
    trials: int
    each: int
    little: dict


FEW = {"models": GOOD[:1]}
ONE = {"benchmarks": BENCHMARKS[:1]}
KINDS = {
    "campaign killed at a moment": Kind(campaign_killed, 10, 4, {"times": 1}),
    "campaign killed at a step": Kind(campaign_killed_at_a_step, 12, 4, {"times": 1}),
    "campaign cancelled in a long pair": Kind(cancelled, 4, 2, {"times": 1} | FEW),
    "worker killed": Kind(worker_killed, 6, 4, {"times": 1} | FEW),
    "Dask worker killed": Kind(dask_worker_killed, 4, 2, {"times": 1} | FEW),
    "no file, no process to be had": Kind(unstarted, 4, 4, {"times": 2, "models": GOOD[:2]}),
    "database client killed": Kind(client_killed, 10, 4, {"times": 2, "count": 60}),
    "pair exits, forges, garbles, raises, prints, raises in a thread": Kind(misbehaving, 2, 21, ONE),
    "pair hangs or crashes after its result": Kind(after_the_result, 2, 6, ONE),
    "pair exhausts memory, hangs": Kind(greedy, 2, 6, ONE),
    "disk full": Kind(disk_full, 6, 4, {"times": 2}),
    "eight writers and a lock": Kind(writers, 3, 8, {"count": 8}),
    "clock jumps": Kind(clock_jumps, 3, 3, {"times": 1}),
    "plugin upgraded between runs": Kind(upgraded, 4, 2, {"times": 1}),
}
WITH_SERVER = {"PostgreSQL restarted": Kind(server_restarted, 6, 2, {"times": 1})}


def kinds():
    """Those that can be injected: a file has no server that could be restarted."""
    return KINDS | (WITH_SERVER if "BRAINSCORE_TEST_POSTGRESQL" in os.environ else {})


def inject(name, scene, whole=True):
    """Inject one kind of fault."""
    kind = kinds()[name]
    return kind.function(scene, **({} if whole else kind.little))
