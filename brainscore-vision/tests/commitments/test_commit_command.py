"""From a model and a benchmark to the file of a map: in Python, and as ``brainscore commit``."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from brainscore_core.assemblies import NeuroidAssembly, align
from brainscore_core.cli.shell import run
from brainscore_core.contracts import DataEntry, DataInfo, MetricSpec
from brainscore_core.errors import InvalidParameter, UnknownIdentifier, UnknownLayer
from brainscore_core.scores import Score
from brainscore_core.statistics.correlation import correlate_columns
from brainscore_core.stimuli import StimulusSet
from brainscore_vision import wrap
from brainscore_vision.benchmarks.neural_predictivity import NeuralPredictivity
from brainscore_vision.commitments.layers import LayerCommitment
from brainscore_vision.commitments.selection import select_layer

pytestmark = pytest.mark.usefixtures("home")
RNG = np.random.default_rng(0)
IMAGES = {f"s{number:02d}": RNG.integers(0, 256, (4, 4), dtype=np.uint8) for number in range(40)}
PIXELS = np.stack([image.ravel() for image in IMAGES.values()]).astype(float)


class Pairwise:
    """Unit by unit correlation: nothing is fitted."""

    inputs = "pair"

    def __call__(self, source, target):
        source, target = align(source, target)
        return Score(float(np.median(correlate_columns(source.values, target.values))))


class Net:
    """Layer by layer less like the neurons, which are the first four pixels."""

    layer_names = ("close", "closer", "far")

    def __call__(self, batch):
        flat = batch.reshape(len(batch), -1).astype(float)
        return {"close": flat[:, 1:5] + flat[:, :4], "closer": flat[:, :4], "far": flat[:, 8:12]}


def stimuli():
    table = pd.DataFrame({"stimulus_id": list(IMAGES)})
    return StimulusSet(table, identifier="forty", open=IMAGES.__getitem__, key=lambda id: f"forty {id}")


def recordings():
    values = PIXELS[::-1, :4] + np.random.default_rng(1).normal(size=(40, 4)) * 20
    coords = {
        "stimulus_id": ("presentation", list(IMAGES)[::-1]),
        "neuroid_id": ("neuroid", list("abcd")),
        "region": ("neuroid", ["IT"] * 4),
    }
    return NeuroidAssembly(values, dims=["presentation", "neuroid"], coords=coords)


def benchmark(**options):
    info = DataInfo("Made up.", species="macaque")
    given = {"region": "IT", "parent": "IT", "version": 3, "visual_degrees": 8, "metric": MetricSpec("pairwise")}
    return NeuralPredictivity(
        "Made.IT",
        stimuli=DataEntry("forty", stimuli, DataInfo("Noise.")),
        species="macaque",
        **given | {"data": DataEntry("made", recordings, info)} | options,
    )


def private():
    info = DataInfo("Made up.", species="macaque", access="private")
    return benchmark(data=DataEntry("made", recordings, info))


@pytest.fixture(autouse=True)
def metrics(monkeypatch):
    def load_metric(identifier, **parameters):
        if identifier != "pairwise":
            raise UnknownIdentifier(f"no metric {identifier!r}")
        return Pairwise(**parameters)

    monkeypatch.setattr("brainscore_core.loading.load_metric", load_metric)


def model():
    return wrap(Net(), layers={"V1": ["far", "close", "closer"]}, visual_degrees=8, identifier="net")


def test_every_layer_is_recorded_in_one_pass(monkeypatch):
    calls = []
    real = Net.__call__
    monkeypatch.setattr(Net, "__call__", lambda self, batch: calls.append(len(batch)) or real(self, batch))
    found = select_layer(model(), benchmark(), ["far", "close", "closer"])
    assert sum(calls) == 40 and found.layer == "closer" and set(found.chosen) == {"closer"}
    assert found.curve["closer"] > found.curve["close"] > 0.3 > abs(found.curve["far"])
    assert found.curve["closer"] == pytest.approx(float(Pairwise()(wrapped("closer"), benchmark().target())), abs=1e-12)


def wrapped(layer):
    subject = wrap(Net(), layers={"IT": layer}, visual_degrees=8)
    subject.start_recording("IT")
    return subject.look_at(stimuli())


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: select_layer(model(), benchmark(), []), InvalidParameter, "distinct layer names|no layers"),
        (lambda: select_layer(model(), benchmark(), ["clos"]), UnknownLayer, "Closest: close, closer"),
        (lambda: select_layer(model(), benchmark(bin_width=10), ["far"]), InvalidParameter, "bin_width"),
        (lambda: select_layer(model(), object(), ["far"]), InvalidParameter, "cannot be chosen on"),
        (lambda: select_layer(model(), private(), ["far"]), InvalidParameter, "private"),
        (lambda: select_layer(object(), benchmark(), ["far"]), InvalidParameter, "object has no layers to choose from"),
    ],
)
def test_what_cannot_be_selected(make, error, words):
    with pytest.raises(error, match=words):
        make()


@pytest.fixture
def installed(monkeypatch):
    """One model and one benchmark, as installed plugins would give them."""
    monkeypatch.setattr("brainscore_core.loading.load_model", lambda name: model())
    monkeypatch.setattr("brainscore_core.loading.load_benchmark", lambda name: benchmark())
    monkeypatch.setattr("brainscore_core.cli.kinds.expand", lambda kind, patterns: list(patterns))


@pytest.mark.usefixtures("installed")
def test_the_command_writes_a_map_that_wrap_reads(tmp_path, capsys):
    path = tmp_path / "map.json"
    assert run(["commit", "net", "--benchmark", "Made.IT", "--output", str(path)]) == 0
    shown = capsys.readouterr()
    assert "closer" in shown.out and "held out" in shown.out and "written to" in shown.err
    assert "on the same folds (32 training stimuli)" in shown.out and "too small" in shown.out
    assert f"wrap(network, layers='{path}', identifier='net', ...)" in shown.err
    read = LayerCommitment.from_file(path)
    assert read.of("IT") == ("closer",) and json.loads(path.read_text())["model"] == "net"
    assert read.evidence["IT"]["version"] == 3
    assert wrap(Net(), layers=path, visual_degrees=8, identifier="net").commitment.of("IT", "human") == ("closer",)


@pytest.mark.usefixtures("installed")
def test_the_command_with_candidates_for_one_species(tmp_path):
    path = tmp_path / "map.json"
    options = ["--layer", "far", "--layer", "close", "--folds", "3", "--per-species", "-o", str(path)]
    assert run(["commit", "net", "-b", "Made.IT", *options]) == 0
    read = LayerCommitment.from_file(path)
    assert read.of("IT", "macaque") == ("close",) and not read.layers
    assert len(read.evidence["IT"]["chosen"]) == 3


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["-b", "Made.IT", "-b", "Made.IT2"], "several benchmarks for region 'IT'"),
        (["-b", "Made.IT", "-o", "no/such/folder/map.json"], "no folder"),
        ([], "--benchmark"),
        (["-b", "Made.IT", "--folds", "1"], "folds"),
    ],
)
def test_wrong_usage(options, words, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(["commit", "net", *options]) == 2
    assert words in capsys.readouterr().err and not list(tmp_path.iterdir())


@pytest.mark.usefixtures("installed")
def test_a_file_is_replaced_only_when_asked_and_what_it_held_is_named(tmp_path, capsys):
    path = tmp_path / "map.json"
    LayerCommitment({"V1": "far", "IT": "far"}).to_file(path)
    before = path.read_bytes()
    assert run(["commit", "net", "-b", "Made.IT", "-o", str(path)]) == 2
    told = capsys.readouterr().err
    assert "holds a map of IT, V1" in told and "--overwrite" in told and path.read_bytes() == before
    assert run(["commit", "net", "-b", "Made.IT", "-o", str(path), "--overwrite"]) == 0
    assert "no longer in it: V1" in capsys.readouterr().err
    assert LayerCommitment.from_file(path).layers == {"IT": ("closer",)}
    path.write_text("something else")
    assert run(["commit", "net", "-b", "Made.IT", "-o", str(path)]) == 2
    assert "exists: expected a new file" in capsys.readouterr().err and path.read_text() == "something else"


def test_a_map_of_another_model_is_said_to_be_one(tmp_path):
    path = tmp_path / "map.json"
    LayerCommitment({"IT": "close"}).to_file(path, model="resnet")
    with pytest.warns(UserWarning, match="made for 'resnet', and this model is 'Net'.*identifier='resnet'"):
        assert wrap(Net(), layers=path, visual_degrees=8).commitment.of("IT") == ("close",)
    assert wrap(Net(), layers=path, visual_degrees=8, identifier="resnet").commitment.model == "resnet"


@pytest.mark.usefixtures("installed")
def test_a_model_knows_what_its_map_was_chosen_on(tmp_path):
    path = tmp_path / "map.json"
    assert run(["commit", "net", "--benchmark", "Made.IT", "--output", str(path)]) == 0
    chosen = wrap(Net(), layers=path, visual_degrees=8, identifier="net")
    same_recordings = replace(benchmark(), identifier="Made.IT-other-metric")
    others = replace(same_recordings, data=DataEntry("others", recordings, DataInfo("Other recordings.")))
    another_region = replace(benchmark(), identifier="Made.V4", region="V4")
    assert chosen.was_chosen_on(benchmark()) and chosen.was_chosen_on(same_recordings)
    assert not chosen.was_chosen_on(others) and not chosen.was_chosen_on(another_region)
    assert not wrap(Net(), layers={"IT": "closer"}, visual_degrees=8).was_chosen_on(benchmark())


@pytest.mark.parametrize(
    "evidence", [None, {"IT": "seen"}, {"IT": {}}, {"V4": {"benchmark": "Made.IT", "data": "made"}}]
)
def test_a_map_that_rests_on_nothing_of_a_benchmark(evidence):
    assert not LayerCommitment({"IT": "closer"}, evidence=evidence).rests_on(benchmark())
