"""The curve of layers: what stands for each layer is the score of a model committed to it alone."""

import json
import logging
import sys

import numpy as np
import pandas as pd
import pytest

from brainscore_core.assemblies import DissimilarityAssembly
from brainscore_core.cli.shell import run
from brainscore_core.contracts import DataEntry, DataInfo, MetricSpec
from brainscore_core.errors import InvalidParameter, UnknownIdentifier, UnknownLayer
from brainscore_core.scores import Score
from brainscore_core.statistics.correlation import correlate_columns
from brainscore_core.stimuli import StimulusSet
from brainscore_core.tree import SELECTED
from brainscore_vision import wrap
from brainscore_vision.analysis.layers import HINDSIGHT, candidates, layer_curve
from brainscore_vision.benchmarks.representational_similarity import RepresentationalSimilarity
from brainscore_vision.commitments.layers import LayerCommitment

pytestmark = pytest.mark.usefixtures("home")
RNG = np.random.default_rng(0)
IMAGES = {f"s{number:02d}": RNG.integers(0, 256, (4, 4), dtype=np.uint8) for number in range(40)}
PIXELS = np.stack([image.ravel() for image in IMAGES.values()]).astype(float)


class Net:
    """Three layers of one kind and one of another; the brain is the second."""

    layer_names = ("block.0", "block.1", "block.2", "head")

    def __call__(self, batch):
        flat = batch.reshape(len(batch), -1).astype(float)
        return {
            "block.0": flat[:, 4:],
            "block.1": flat[:, :6],
            "block.2": flat[:, 10:],
            "head": flat[:, :1] + flat[:, 1:2],
        }


def dissimilarities(values):
    return np.abs(values[:, None] - values).sum(-1)


class Similarity:
    """Correlation of dissimilarities: nothing is fitted."""

    inputs = "pair"

    def __call__(self, source, target):
        made = dissimilarities(source.values)
        rows, columns = np.triu_indices(len(made), 1)
        r = correlate_columns(made[rows, columns, None], target.values[0][rows, columns, None])
        return Score(float(r[0]), 0.01)


def stimuli():
    table = pd.DataFrame({"stimulus_id": list(IMAGES)})
    return StimulusSet(table, identifier="forty", open=IMAGES.__getitem__, key=lambda id: f"forty {id}")


def recordings():
    noise = np.random.default_rng(1).normal(size=(40, 6)) * 30
    coords = {f"stimulus_id_{side}": (f"stimulus_{side}", list(IMAGES)) for side in "ij"}
    return DissimilarityAssembly(
        dissimilarities(PIXELS[:, :6] + noise)[None],
        dims=["subject", "stimulus_i", "stimulus_j"],
        coords={**coords, "subject_id": ("subject", ["a"]), "region": ("subject", ["IT"])},
    )


def benchmark(**options):
    given = {"region": "IT", "parent": "IT", "version": 3, "visual_degrees": 8, "metric": MetricSpec("similarity")}
    return RepresentationalSimilarity(
        "Made.IT",
        data=DataEntry("made", recordings, DataInfo("Made up.", species="human")),
        stimuli=DataEntry("forty", stimuli, DataInfo("Noise.")),
        species="human",
        **given | options,
    )


def model(layers=None):
    return wrap(Net(), layers=layers or {"IT": "block.2"}, visual_degrees=8, identifier="net")


@pytest.fixture(autouse=True)
def metrics(monkeypatch):
    def load_metric(identifier, **parameters):
        if identifier != "similarity":
            raise UnknownIdentifier(f"no metric {identifier!r}")
        return Similarity(**parameters)

    monkeypatch.setattr("brainscore_core.loading.load_metric", load_metric)


def test_each_layer_scores_as_the_model_committed_to_it(monkeypatch):
    shown = []
    real = Net.__call__
    monkeypatch.setattr(Net, "__call__", lambda self, batch: shown.append(len(batch)) or real(self, batch))
    curve = layer_curve(model(), benchmark())
    assert sum(shown) == 40  # one pass for every layer, every choice and every score
    assert list(curve.scores) == ["block.0", "block.1", "block.2"]
    for layer, found in curve.scores.items():
        again = benchmark()(model({"IT": layer}))
        assert found.raw.value == again.raw.value and found.details == again.details
    assert curve.best_in_hindsight == "block.1" == curve.selection.layer and curve.committed == ("block.2",)
    assert curve.values["block.1"] > 0.5 > curve.values["block.2"]


def test_the_nested_choice_is_marked_and_what_it_held_out_is_said():
    curve = layer_curve(model(), benchmark())
    assert curve.selection.score.flags == (SELECTED,)
    content = json.loads(json.dumps(curve.to_dict()))
    assert content["best_in_hindsight"] == "block.1" and content["compared"] == "raw"
    assert [entry["layer"] for entry in content["layers"]] == list(curve.scores)
    nested = content["nested"]
    assert nested["training_stimuli"] == [32] * 5 and nested["training_stimuli_of_hindsight"] is None
    assert nested["flags"] == [SELECTED] and nested["best_of_tested"] >= nested["held_out"]
    assert sorted(name for test in nested["test_stimuli"] for name in test) == list(IMAGES)
    rows = {row[0]: row for row in curve.rows()}
    assert rows["block.1"][-1] == HINDSIGHT and rows["block.2"][-1] == "committed"
    assert rows["block.1"][4] == "5 of 5" and "held out" in curve.summary()
    assert "on the same folds (32 training stimuli)" in curve.summary() and "too small" in curve.summary()


def test_candidates_are_of_the_committed_kind():
    assert candidates(model()) == ("block.0", "block.1", "block.2")
    assert candidates(model({"IT": ["head", "block.1"]})) == Net.layer_names
    unnamed = wrap(lambda batch: {"a.1": batch, "a.2": batch}, layers={"IT": "a.1"}, visual_degrees=8)
    assert candidates(unnamed) == ("a.1",)


def test_a_region_without_a_map_has_a_curve_and_nothing_committed():
    curve = layer_curve(model({"V1": "block.0"}), benchmark(), ["block.0", "block.1"])
    assert curve.committed == () and list(curve.scores) == ["block.0", "block.1"]


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: layer_curve(object(), benchmark()), InvalidParameter, "no layers to choose from"),
        (lambda: layer_curve(model(), object()), InvalidParameter, "cannot be chosen on"),
        (lambda: layer_curve(model(), benchmark(), ["bloc.1"]), UnknownLayer, "block.1"),
        (lambda: layer_curve(model(), benchmark(), []), InvalidParameter, "no layers"),
    ],
)
def test_what_has_no_curve(make, error, words):
    with pytest.raises(error, match=words):
        make()


@pytest.fixture
def installed(monkeypatch):
    """One model and one benchmark, as installed plugins would give them."""
    monkeypatch.setattr("brainscore_core.loading.load_model", lambda name: model())
    monkeypatch.setattr("brainscore_core.loading.load_benchmark", lambda name: benchmark())
    monkeypatch.setattr("brainscore_core.cli.kinds.expand", lambda kind, patterns: list(patterns))


@pytest.mark.usefixtures("installed")
def test_the_command_prints_and_writes(tmp_path, capsys):
    path = tmp_path / "curve.json"
    assert run(["layer-curve", "net", "-b", "Made.IT", "--json", str(path)]) == 0
    shown = capsys.readouterr().out
    assert "Made.IT (IT)" in shown and HINDSIGHT in shown and "nested choice" in shown
    (content,) = json.loads(path.read_text())
    assert content["model"] == "net" and content["committed"] == ["block.2"]
    options = ["--layer", "head", "--layer", "block.1", "--folds", "3", "--json", "-"]
    assert run(["layer-curve", "net", "-b", "Made.IT", *options]) == 0
    (content,) = json.loads(capsys.readouterr().out)
    assert len(content["nested"]["chosen"]) == 3 and len(content["layers"]) == 2


@pytest.mark.usefixtures("installed")
def test_what_is_going_on_is_told_a_terminal_alone(monkeypatch, capsys):
    assert run(["layer-curve", "net", "-b", "Made.IT"]) == 0
    assert not capsys.readouterr().err
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert run(["layer-curve", "net", "-b", "Made.IT"]) == 0
    told = capsys.readouterr().err
    for line in ("recording layer 3 of 3, block.2", "choosing on all but fold 5 of 5", "scoring layer 1 of 3, block.0"):
        assert line in told
    assert not logging.getLogger("brainscore_vision").handlers


@pytest.mark.usefixtures("installed")
def test_wrong_usage(capsys):
    assert run(["layer-curve", "net"]) == 2
    assert run(["layer-curve", "net", "-b", "Made.IT", "--json", "no/such/folder/curve.json"]) == 2
    assert "no folder" in capsys.readouterr().err


def test_the_map_of_the_model_is_left_as_it_was():
    subject = model()
    layer_curve(subject, benchmark())
    assert subject.commitment == LayerCommitment({"IT": "block.2"})
