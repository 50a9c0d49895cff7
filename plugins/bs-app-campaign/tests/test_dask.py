"""Dask: a cluster that was made elsewhere, as dask-jobqueue makes one on SLURM; workers that outlive the campaign."""

import pytest

pytest.importorskip("distributed", reason="the extra [dask] is not installed")

from distributed import LocalCluster

from brainscore_core.errors import InvalidParameter
from bs_app_campaign import Campaign, running
from bs_app_campaign.executors import ExecutorLost
from bs_app_campaign.executors.dask_cluster import DaskCluster
from bs_app_campaign.jobs import STOP, Job


@pytest.fixture(scope="module")
def cluster():
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=False, dashboard_address=":0") as made:
        yield made


class Queued:
    """As SLURMCluster: starts with no worker, is told how many to queue for, and Client asks for its address."""

    def __init__(self, inner):
        self.inner, self.closed = inner, False
        self.scheduler_address = inner.scheduler_address
        self.loop, self.asynchronous, self.security = inner.loop, False, inner.security
        self.name, self.status = "slurm", inner.status
        self.scheduler_comm = inner.scheduler_comm

    def close(self):
        self.closed = True


def test_a_cluster_that_is_given_is_used_and_left(database, cluster, counted):
    queued = Queued(cluster)
    campaign = Campaign.create(database, "first", ["good-0", "good-1"], ["one", "two"])
    assert campaign.run(DaskCluster(cluster=queued)) == {"ok": 4} and len(counted()) == 4
    assert not queued.closed, "who made it closes it"


def test_the_address_of_a_scheduler(database, cluster):
    campaign = Campaign.create(database, "first", ["good-0"], ["one"])
    assert campaign.run(DaskCluster(address=cluster.scheduler_address)) == {"ok": 1}
    assert campaign.run(DaskCluster(address=cluster.scheduler_address)) == {"ok": 1}, "workers of an address stay"


def test_attempts_are_told_to_end_when_nobody_wants_them(database, cluster, home):
    executor = DaskCluster(address=cluster.scheduler_address)
    assert executor.capacity == 4
    job = Job(1, "hangs", "one", str(home / "attempt"))
    executor.submit(job)
    executor.close(kill=True)
    assert (home / "attempt" / STOP).exists()
    executor.close(kill=True)


def test_options_that_contradict_each_other(cluster):
    with pytest.raises(InvalidParameter, match="an address and workers"):
        DaskCluster(address=cluster.scheduler_address, workers=2)


def test_a_scheduler_that_is_lost_stops_the_campaign_and_all_pairs_wait(database, monkeypatch):
    """Its attempts are nobody's fault; what comes back is a typed error that says how to go on."""
    import dask

    monkeypatch.setattr(running, "PAUSES_S", (0.0,))
    with dask.config.set({"distributed.comm.timeouts.connect": "1s"}):
        lost = LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=":0")
        campaign = Campaign.create(database, "first", ["hangs", "good-0"], ["one"])
        executor = DaskCluster(address=lost.scheduler_address)
        with pytest.raises(ExecutorLost, match="resume"):
            campaign.run(executor, begun=lambda *_: lost.close())
    assert campaign.counts() == {"pending": 2} and {pair.attempts for pair in campaign.pairs()} == {0}
