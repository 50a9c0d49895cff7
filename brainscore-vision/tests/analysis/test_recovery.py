"""Model recovery on generated recordings: who is found, by what right, and what is refused."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from brainscore_core.assemblies import NeuroidAssembly, align
from brainscore_core.cli.shell import run
from brainscore_core.contracts import DataEntry, DataInfo, MetricSpec
from brainscore_core.errors import InvalidParameter, UnknownLayer
from brainscore_core.scores import Score
from brainscore_core.statistics.correlation import correlate_columns
from brainscore_core.stimuli import StimulusSet
from brainscore_vision import wrap
from brainscore_vision.analysis.recover_command import candidate
from brainscore_vision.analysis.recovery import Confusion, recover
from brainscore_vision.analysis.recovery.result import LEGEND, wilson
from brainscore_vision.benchmarks.neural_predictivity import NeuralPredictivity

pytestmark = pytest.mark.usefixtures("home")
COUNT, NEURONS, TRIALS, UNITS = 60, 6, 4, 12
FOLDS = 3
IMAGES = {f"s{n:02d}": np.random.default_rng(n).integers(0, 256, (4, 4), dtype=np.uint8) for n in range(COUNT)}


class Ridge:
    """Median held-out correlation; keeps how many features it was given."""

    inputs = "pair"

    def __init__(self):
        self.features = []

    def __call__(self, source, target):
        source, target = align(source, target)
        self.features.append(source.sizes["neuroid"])
        x, y = (part.values.reshape(len(part), part.shape[1], -1) for part in (source, target))
        r = [
            np.median(correlate_columns(_ridge(x[a, :, bin], y[a, :, bin], x[b, :, bin]), y[b, :, bin]))
            for a, b in _folds(len(x))
            for bin in range(x.shape[2])
        ]
        return Score(float(np.mean(r)))


class RidgeSplit:
    inputs = "split"

    def __init__(self):
        self.parts = []

    def __call__(self, source_train, source_test, target_train, target_test):
        self.parts.append((len(target_train), len(target_test)))
        predicted = _ridge(source_train.values, target_train.values, source_test.values)
        return Score(float(np.median(correlate_columns(predicted, target_test.values))))


def _folds(count):
    tested = np.arange(count) % FOLDS
    return [(np.flatnonzero(tested != fold), np.flatnonzero(tested == fold)) for fold in range(FOLDS)]


def _ridge(x, y, new):
    centred = x - x.mean(0)
    weights = np.linalg.solve(centred.T @ centred + 0.01 * np.eye(x.shape[1]), centred.T @ (y - y.mean(0)))
    return (new - x.mean(0)) @ weights + y.mean(0)


@pytest.fixture(autouse=True)
def metrics(monkeypatch):
    made = {"ridge": Ridge(), "ridge_split": RidgeSplit()}
    monkeypatch.setattr(MetricSpec, "load", lambda self: made[self.identifier])
    return made


class Net:
    """Layers that say unlike things of one image: random waves over its pixels."""

    def __init__(self, **widths):
        self.layer_names, self.widths = tuple(widths), widths

    def __call__(self, batch):
        pixels = batch.reshape(len(batch), -1) / 255.0
        return {name: _waves(pixels, name, width) for name, width in self.widths.items()}


def _waves(pixels, name, width):
    drawn = np.random.default_rng(sum(map(ord, name)))
    return np.cos(pixels @ drawn.normal(size=(pixels.shape[1], width)) * 3 + drawn.uniform(0, 6, width))


def model(identifier, **widths):
    layers = {"V1": list(widths)}
    return wrap(Net(**widths), layers=layers, visual_degrees=8, identifier=identifier, digest=identifier + str(widths))


def stimuli():
    table = pd.DataFrame({"stimulus_id": list(IMAGES)})
    return StimulusSet(table, identifier="made up", open=IMAGES.__getitem__, key=lambda id: f"made up {id}")


def recording(noise=0.3, trials=TRIALS, bins=None, shared=0.0, missing=()):
    """Neurons of which no model knows anything; presentations repetition after repetition."""
    drawn = np.random.default_rng(5)
    scale, shape = np.linspace(1, 3, NEURONS), (trials, COUNT, NEURONS, len(bins or (0,)))
    signal = drawn.normal(size=shape[1:]) * scale[:, None] + 10 * np.arange(NEURONS)[:, None]
    private = drawn.normal(size=shape)
    common = drawn.normal(size=(trials, COUNT, 1, shape[3]))
    values = signal + noise * scale[:, None] * (np.sqrt(1 - shared) * private + np.sqrt(shared) * common)
    values = values.reshape(trials * COUNT, NEURONS, -1)
    coords = {
        "stimulus_id": ("presentation", np.tile(list(IMAGES), trials)),
        "repetition": ("presentation", np.repeat(np.arange(trials), COUNT)),
        "half": ("presentation", np.tile(np.repeat(["first", "second"], COUNT // 2), trials)),
        "neuroid_id": ("neuroid", [f"n{number}" for number in range(NEURONS)]),
        "region": ("neuroid", ["V4"] * NEURONS),
    }
    if bins is None:
        values, dims = values[..., 0], ("presentation", "neuroid")
    else:
        dims = ("presentation", "neuroid", "time_bin")
        starts, ends = zip(*bins, strict=True)
        coords |= {"time_bin_start": ("time_bin", list(starts)), "time_bin_end": ("time_bin", list(ends))}
    for row, neuron in missing:
        values[row, neuron] = np.nan
    return NeuroidAssembly(values, dims=dims, coords=coords)


def benchmark(data=None, **options):
    data = recording() if data is None else data
    fields = {"region": "V4", "parent": "V4", "version": 2, "visual_degrees": 8, "metric": MetricSpec("ridge")}
    return NeuralPredictivity(
        "Made.V4-ridge",
        data=DataEntry("made", lambda: data, DataInfo("Made up.", species="macaque")),
        stimuli=DataEntry("made up", stimuli, DataInfo("Noise.")),
        **fields | options,
    )


def three():
    return [model("one", early=UNITS, late=UNITS), model("two", late2=UNITS)]


@pytest.mark.parametrize("reduction", ["projection", "subset"])
def test_who_the_neurons_belong_to_is_found(reduction):
    found = recover(benchmark(), three(), repeats=4, reduction=reduction)
    assert found.candidates == (("one", "early"), ("one", "late"), ("two", "late2"))
    assert (found.neurons, found.presentations, found.features) == (NEURONS, COUNT * TRIALS, UNITS)
    for readout in ("single", "mixed"):
        np.testing.assert_array_equal(found.confusion[readout].proportions, np.eye(3))
        np.testing.assert_array_equal(found.by_model(readout), np.eye(2))
        np.testing.assert_array_equal(found.by_layer(readout)["one"], np.eye(2))
        assert found.confusion[readout].accuracy() == (1, 0) and (found.confusion[readout].margins > 0.3).all()


def test_noise_alone_is_taken_for_anyone():
    found = recover(benchmark(), three(), repeats=150, neurons=3, signal=0, readouts=["single"])
    accuracy, error = found.confusion["single"].accuracy()
    assert abs(accuracy - found.chance) < 3 * error < 0.1
    of_model, model_error = found.confusion["single"].accuracy([name for name, _ in found.candidates])
    assert abs(of_model - found.chance_of_model) < 3 * model_error
    assert found.chance == 1 / 3 and found.chance_of_model == pytest.approx(5 / 9)
    np.testing.assert_allclose(found.confusion["single"].proportions.sum(1), 1)


def test_more_noise_hides_the_truth():
    quiet, loud = (recover(benchmark(recording(noise)), three(), repeats=12, seed=1) for noise in (0.3, 12))
    assert quiet.reliability > 0.9 and loud.reliability < 0.3
    for readout in ("single", "mixed"):
        assert loud.confusion[readout].accuracy()[0] < 0.85 < quiet.confusion[readout].accuracy()[0]
        assert loud.confusion[readout].margins.mean() < quiet.confusion[readout].margins.mean() / 2


def test_the_order_of_candidates_changes_nothing():
    noisy = benchmark(recording(6.0))
    one, two = three()
    there, back = recover(noisy, [one, two], repeats=3), recover(noisy, [two, (one, ["late", "early"])], repeats=3)
    order = [back.candidates.index(entry) for entry in there.candidates]
    assert order == [2, 1, 0]
    for readout in ("single", "mixed"):
        moved = back.confusion[readout].scores[:, order][:, :, order]
        np.testing.assert_allclose(moved, there.confusion[readout].scores, rtol=0, atol=1e-12)
        np.testing.assert_array_equal(back.by_model(readout)[::-1, ::-1], there.by_model(readout))


def test_seeds_and_repeats_are_other_neurons():
    first, again, other = (recover(benchmark(), three(), repeats=2, seed=seed) for seed in (0, 0, 1))
    for readout in ("single", "mixed"):
        np.testing.assert_array_equal(first.confusion[readout].scores, again.confusion[readout].scores)
        assert (first.confusion[readout].scores != other.confusion[readout].scores).all()
        assert (first.confusion[readout].scores[0] != first.confusion[readout].scores[1]).all()


def test_all_candidates_have_equally_many_features(metrics):
    wide = [model("one", early=40), model("two", late2=UNITS)]
    found = recover(benchmark(), wide, repeats=1)
    assert set(metrics["ridge"].features) == {UNITS} and found.units == (40, UNITS) and found.features == UNITS
    metrics["ridge"].features.clear()
    assert recover(benchmark(), wide, repeats=1, features=5, reduction="subset").features == 5
    assert set(metrics["ridge"].features) == {5}
    assert recover(benchmark(), [model("one", early=40), model("two", late2=50)], repeats=1).features == COUNT // 2


def test_twins_share_what_they_win():
    twins = [model("one", early=UNITS), model("twin", early=UNITS), model("two", late2=UNITS)]
    found = recover(benchmark(), twins, repeats=3)
    for readout in ("single", "mixed"):
        expected = [[0.5, 0.5, 0], [0.5, 0.5, 0], [0, 0, 1]]
        np.testing.assert_array_equal(found.confusion[readout].proportions, expected)
        np.testing.assert_array_equal(found.confusion[readout].margins[:, :2], 0)


def test_several_time_bins_and_transfer(metrics):
    bins = [(0, 50), (50, 100)]
    found = recover(benchmark(recording(bins=bins), time_bins=bins), three(), repeats=2)
    np.testing.assert_array_equal(found.confusion["mixed"].proportions, np.eye(3))
    sides = {"train_where": {"half": "first"}, "test_where": {"half": "second"}, "metric": MetricSpec("ridge_split")}
    found = recover(benchmark(**sides), three(), repeats=2)
    np.testing.assert_array_equal(found.confusion["single"].proportions, np.eye(3))
    assert set(metrics["ridge_split"].parts) == {(COUNT // 2, COUNT // 2)}


def test_stimuli_that_are_dropped_are_not_simulated():
    # neuron 0 never saw the first stimulus; that stimulus is left out of target, model and simulation
    data = recording(missing=[(trial * COUNT, 0) for trial in range(TRIALS)])
    found = recover(benchmark(data, incomplete="drop"), three(), repeats=2)
    assert found.presentations == (COUNT - 1) * TRIALS
    np.testing.assert_array_equal(found.confusion["mixed"].proportions, np.eye(3))


def test_a_unit_that_never_varies_is_no_neuron():
    class Half(Net):
        def __call__(self, batch):
            found = super().__call__(batch)
            return {name: np.where(np.arange(values.shape[1]) % 2, 3.0, values) for name, values in found.items()}

    half = wrap(Half(early=UNITS), layers={"V1": "early"}, visual_degrees=8, identifier="half", digest="half")
    found = recover(benchmark(), [half, model("two", late2=UNITS)], repeats=5, neurons=6)
    assert not np.isnan(found.confusion["single"].scores).any()
    np.testing.assert_array_equal(found.confusion["single"].proportions, np.eye(2))


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: recover(object(), three()), InvalidParameter, "no neurons to imitate"),
        (lambda: recover(benchmark(recording(trials=1)), three()), InvalidParameter, "no noise to imitate"),
        (lambda: recover(benchmark(), [model("one", early=UNITS)]), InvalidParameter, "at least two"),
        (lambda: recover(benchmark(), []), InvalidParameter, "at least two"),
        (lambda: recover(benchmark(), three() + three()), InvalidParameter, "'one:early' is named twice"),
        (lambda: recover(benchmark(), [(three()[0], ["earl"])]), UnknownLayer, "early"),
        (lambda: recover(benchmark(), [object(), object()]), InvalidParameter, "no layers to record"),
        (lambda: recover(benchmark(), three(), features=UNITS + 1), InvalidParameter, f"one:early has {UNITS} units"),
        (lambda: recover(benchmark(), three(), features=0), InvalidParameter, f"1 to {UNITS}"),
        (lambda: recover(benchmark(), three(), neurons=NEURONS + 1), InvalidParameter, f"1 to {NEURONS}"),
        (lambda: recover(benchmark(), three(), readouts=["singel"]), InvalidParameter, "singel"),
        (lambda: recover(benchmark(), three(), readouts=[]), InvalidParameter, "at least one of each"),
        (lambda: recover(benchmark(), three(), reduction="pca"), InvalidParameter, "projection"),
        (lambda: recover(benchmark(), three(), signal=-1), InvalidParameter, "signal=-1"),
        (lambda: recover(benchmark(), three(), seed=-1), InvalidParameter, "seed=-1"),
    ],
)
def test_what_is_refused(make, error, words):
    with pytest.raises(error, match=words):
        make()


def test_a_layer_that_sees_nothing_is_refused():
    blind = wrap(
        lambda batch: np.ones((len(batch), UNITS)), layers={"V1": "output"}, visual_degrees=8, identifier="blind"
    )
    with pytest.raises(InvalidParameter, match="no unit of blind:output varies"):
        recover(benchmark(), [blind, *three()])


# --- the result -----------------------------------------------------------------------------------------------------


def test_a_candidate_without_a_value_is_never_the_best():
    scores = np.array([[[0.1, np.nan], [0.4, 0.3]], [[np.nan, np.nan], [0.2, 0.2]]])
    found = Confusion(scores)
    np.testing.assert_array_equal(found.chosen, [[[1, 0], [1, 0]], [[0, 0], [0.5, 0.5]]])
    np.testing.assert_array_equal(found.proportions, [[0.5, 0], [0.75, 0.25]])
    np.testing.assert_allclose(found.margins, [[np.nan, -0.1], [np.nan, 0]])
    assert found.accuracy() == (0.375, pytest.approx(0.125))
    assert Confusion(scores[:1]).accuracy() == (0.5, None)


def test_the_table_has_shares_the_truth_s_value_and_its_margin():
    found = recover(benchmark(recording(6.0)), three(), repeats=3, readouts=["mixed"])
    table = [dict(zip(found.headers(), row, strict=True)) for row in found.rows("mixed")]
    confusion = found.confusion["mixed"]
    for truth, row in enumerate(table):
        assert row["neurons of"] == f"{truth + 1} {':'.join(found.candidates[truth])}"
        shares = [float(row[str(column + 1)] or 0) for column in range(3)]
        np.testing.assert_allclose(shares, confusion.proportions[truth], atol=0.005)
        assert float(row["own"]) == pytest.approx(confusion.scores[:, truth, truth].mean(), abs=0.0005)
        assert float(row["margin"]) == pytest.approx(confusion.margins[:, truth].mean(), abs=0.0005)


@pytest.mark.parametrize(("found", "count"), [(0, 3), (3, 3), (5, 12), (79, 80)])
def test_interval_of_a_proportion(found, count):
    expected = binomtest(found, count).proportion_ci(method="wilson")
    np.testing.assert_allclose(wilson(found, count), [expected.low, expected.high], atol=1e-6)


@pytest.mark.usefixtures("installed")
def test_one_recording_is_one(capsys):
    assert run(["recover", "one", "-b", "Made.V4-ridge", "--repeats", "1", "--readout", "mixed"]) == 0
    assert ": 1 recording of each" in capsys.readouterr().out


@pytest.fixture
def installed(monkeypatch):
    made = {entry.identifier: entry for entry in three()}
    monkeypatch.setattr("brainscore_core.loading.load_model", made.__getitem__)
    monkeypatch.setattr("brainscore_core.loading.load_benchmark", lambda name: benchmark())


@pytest.mark.usefixtures("installed")
def test_the_command_shows_the_matrix_and_keeps_it(tmp_path, capsys):
    path = tmp_path / "found.json"
    options = ["-b", "Made.V4-ridge", "--repeats", "2", "--neurons", "4", "--features", "10", "--seed", "3"]
    assert run(["recover", "one:late,early", "two", *options, "--json", str(path)]) == 0
    shown, kept = capsys.readouterr().out, json.loads(path.read_text())
    assert "1 one:late" in shown and "3 two:late2" in shown and "chance 0.333" in shown and "margin" in shown
    assert "found 6 of 6 (95%: 0.61 to 1.00; chance 0.333)" in shown and LEGEND in shown
    assert "2 recordings of each" in shown and kept["readouts"]["mixed"]["accuracy_interval"][1] == 1
    direct = recover(
        benchmark(), [(three()[0], ["late", "early"]), three()[1]], repeats=2, neurons=4, features=10, seed=3
    )
    assert kept == json.loads(json.dumps(direct.to_dict()))
    assert kept["readouts"]["mixed"]["confusion"] == np.eye(3).tolist() and kept["features"] == 10
    assert [entry["layer"] for entry in kept["candidates"]] == ["late", "early", "late2"]


@pytest.mark.usefixtures("installed")
def test_the_command_prints_json_alone(capsys):
    assert run(["recover", "one", "-b", "Made.V4-ridge", "--repeats", "1", "--readout", "mixed", "--json", "-"]) == 0
    assert list(json.loads(capsys.readouterr().out)["readouts"]) == ["mixed"]


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["two", "-b", "Made.V4-ridge"], "at least two"),
        (["one", "-b", "Made.V4-ridge", "--readout", "triple"], "triple"),
        (["one", "-b", "Made.V4-ridge", "--json", "no/such/folder/found.json"], "no folder"),
        (["-b", "Made.V4-ridge"], "MODEL"),
        (["one"], "--benchmark"),
    ],
)
def test_wrong_usage(arguments, words, capsys):
    assert run(["recover", *arguments]) == 2
    assert words in capsys.readouterr().err


def test_what_candidates_are_typed_like(monkeypatch):
    class Family:
        identifier = "hf"

    monkeypatch.setattr("brainscore_core.registry.families", lambda: [Family()])
    assert candidate("hmax") == ("hmax", None)
    assert candidate("hmax:C1,C2") == ("hmax", ("C1", "C2"))
    assert candidate("bs-model-hmax::hmax:C1") == ("bs-model-hmax::hmax", ("C1",))
    assert candidate("hf:org/net") == ("hf:org/net", None)
    assert candidate("some::hf:org/net:a.0,b") == ("some::hf:org/net", ("a.0", "b"))
    assert candidate("hmax:") == ("hmax", ("",))
