"""Tuning as an experiment, on a network whose units are known: what it shows, keeps, counts, remembers and refuses."""

import numpy as np
import pandas as pd
import pytest

from brainscore_core import cache
from brainscore_core.assemblies import PropertyAssembly
from brainscore_core.contracts import DataEntry, DataInfo, MetricSpec
from brainscore_core.errors import InvalidParameter, UnsupportedRegion
from brainscore_core.scores import Score
from brainscore_core.stimuli import StimulusSet
from brainscore_vision import wrap
from brainscore_vision.benchmarks.tuning.experiment import TuningProperties

POSITIONS = np.linspace(-1, 1, 9)
ANGLES = np.arange(0, 180, 15.0)
PHASES = np.arange(0, 360, 90.0)
COLUMNS = ("position_y", "position_x", "contrast", "radius", "spatial_frequency", "orientation", "phase")
MAPPING, GRATINGS = 1, 2
BLANK = np.array([[0, 0], [0, 0]], np.uint8)


def table(**axes):
    axes = {name: axes.get(name, [0.5]) for name in COLUMNS}
    columns = np.meshgrid(*axes.values(), indexing="ij")
    return pd.DataFrame({name: column.ravel() for name, column in zip(axes, columns, strict=True)})


TABLES = {
    MAPPING: table(position_y=POSITIONS, position_x=POSITIONS, orientation=[0, 90]),
    GRATINGS: table(radius=[1, 2], spatial_frequency=[1, 2], orientation=ANGLES, phase=PHASES),
}


def number(kind, row):
    """An image that says which stimulus it is; the network under test reads it."""
    return np.array([[kind, row // 256], [row % 256, 0]], np.uint8)


def stimuli(kind, name, access="public"):
    rows = {f"{name}{row}": number(kind, row) for row in range(len(TABLES[kind]))}
    shown = TABLES[kind].assign(stimulus_id=list(rows))
    return DataEntry(name, lambda: StimulusSet(shown, identifier=name, open=rows.__getitem__), DataInfo(access=access))


def blank():
    shown = pd.DataFrame({"stimulus_id": ["blank"]})
    return DataEntry("blank", lambda: StimulusSet(shown, identifier="blank", open=lambda _: BLANK), DataInfo())


class Cells:
    """Units with a place, an orientation and a gain; counts what it is shown."""

    def __init__(self, places, angles, gain=1.0):
        self.places = np.asarray(places, dtype=float)
        self.angles, self.gain = np.asarray(angles, dtype=float), np.broadcast_to(gain, len(angles))
        self.shown = 0

    def __call__(self, batch):
        self.shown += len(batch)
        kinds, rows = batch[:, 0, 0], batch[:, 0, 1].astype(int) * 256 + batch[:, 1, 0]
        answers = np.zeros((len(batch), len(self.angles)))
        for kind, answer in ((MAPPING, self.map), (GRATINGS, self.tune)):
            chosen = kinds == kind
            if chosen.any():
                answers[chosen] = answer(TABLES[kind].iloc[rows[chosen]])
        return answers * self.gain

    def map(self, shown):
        y, x = shown["position_y"].to_numpy()[:, None], shown["position_x"].to_numpy()[:, None]
        distance = (y - self.places[:, 0]) ** 2 + (x - self.places[:, 1]) ** 2
        return np.exp(-distance / 2 / 0.1**2)

    def tune(self, shown):
        away = shown["orientation"].to_numpy()[:, None] - self.angles
        return np.exp(2 * (np.cos(2 * np.deg2rad(away)) - 1))


class Seen:
    """A metric that keeps what it is given."""

    inputs = "pair"

    def __call__(self, source, target):
        self.source, self.target = source, target
        return Score(0.6, 0.01, details={"units": source.sizes["neuroid"]})


@pytest.fixture
def metric(monkeypatch, tmp_path):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path / "home"))
    seen = Seen()
    monkeypatch.setattr(MetricSpec, "load", lambda self: seen)
    monkeypatch.setattr(TuningProperties, "ceiling", property(lambda self: Score(0.8, 0.02)))
    return seen


def recorded():
    coords = {"region": ("neuroid", ["V1"] * 3), "neuronal_property": ["preferred_orientation"]}
    return PropertyAssembly([[0.0], [45.0], [90.0]], dims=("neuroid", "neuronal_property"), coords=coords)


def experiment(**options):
    gratings = stimuli(GRATINGS, "gratings")
    defaults = dict(
        data=DataEntry("recorded", recorded, DataInfo("made up", species="macaque")),
        metric=MetricSpec("seen", property_name="preferred_orientation"),
        parent="V1-orientation",
        version=1,
        stimuli=gratings,
        calibration=gratings,
        mapping=stimuli(MAPPING, "mapping"),
        blank=blank(),
        region="V1",
        visual_degrees=8,
        number_of_trials=20,
        mapping_trials=10,
        time_bins=[(70, 170)],
    )
    return TuningProperties("Test-pref_or", **(defaults | options))


def model(cells, digest="cells"):
    return wrap(cells, layers={"V1": "output"}, visual_degrees=8, digest=digest, identifier="cells")


def cells(count=24, elsewhere=6, **options):
    places = np.concatenate([np.full((count, 2), 0.5), np.full((elsewhere, 2), -0.5)])
    return Cells(places, np.linspace(0, 175, count + elsewhere), **options)


def test_units_at_the_gratings_are_measured(metric):
    result = experiment()(model(cells()))
    assert float(result) == pytest.approx(0.6 / 0.8)
    assert result.flags == ()
    assert dict(result.details) == {
        "units": 24,
        "units_recorded": 30,
        "units_at_position": 24,
        "units_responsive": 24,
        "units_defined": 24,
    }
    measured = metric.source.sel(neuronal_property="preferred_orientation").values
    expected = np.linspace(0, 175, 30)[:24]
    np.testing.assert_allclose(measured, np.where(expected >= 157.5, expected - 180, expected), atol=1)
    assert metric.source["neuroid_id"].values[5] == "output.5"
    assert metric.target.identical(recorded())


def test_position_counts_y_downwards(metric):
    only_x = Cells([[-0.5, 0.5], [0.5, 0.5]], [10.0, 100.0])
    experiment()(model(only_x))
    assert metric.source["neuroid_id"].values.tolist() == ["output.1"]


def test_no_unit_there_is_unsupported(metric):
    with pytest.raises(UnsupportedRegion, match=r"of 6 units of cells in V1, none .* nearest lies 1.41 degrees away"):
        experiment()(model(cells(count=0)))


def test_units_that_never_answer_have_no_field(metric):
    with pytest.raises(UnsupportedRegion, match="none has a field"):
        experiment()(model(cells(gain=0.0)))


class Blind(Cells):
    """Has a field, and answers no grating."""

    def tune(self, shown):
        return np.zeros((len(shown), len(self.angles)))


def test_no_responsive_unit_is_zero_and_says_so(metric):
    result = experiment()(model(Blind(np.full((30, 2), 0.5), np.zeros(30))))
    assert float(result) == 0
    assert "no-unit-defined" in result.flags
    assert result.details["units_at_position"] == 30
    assert result.details["units_responsive"] == result.details["units_defined"] == 0
    assert result.raw.value == 0
    assert float(result.ceiling) == 0.8


def test_property_defined_for_no_unit_is_zero_and_says_so(metric):
    """Answers do not depend on size here, so no unit is suppressed and none has a surround."""
    surround = MetricSpec("seen", property_name="surround_diameter")
    result = experiment(metric=surround)(model(cells()))
    assert float(result) == 0
    assert "no-unit-defined" in result.flags
    assert result.details["units_responsive"] == 24


def test_fewer_than_twenty_units_are_flagged(metric):
    assert experiment()(model(cells(count=19), "few")).flags == ("few-units",)
    assert experiment()(model(cells(count=20), "enough")).flags == ()


def test_unresponsive_units_are_left_out(metric):
    gain = np.where(np.arange(30) < 3, 1e-3, 1.0)
    result = experiment()(model(cells(gain=gain)))
    assert result.details["units_at_position"] == 24
    assert result.details["units_responsive"] == 21
    assert metric.source["neuroid_id"].values[0] == "output.3"


def test_fields_and_rates_are_found_once_a_model(metric):
    network = cells()
    experiment()(model(network))
    first = network.shown
    experiment(metric=MetricSpec("seen", property_name="surround_diameter"))(model(network))
    assert network.shown - first <= 4  # two stimuli are shown again where rows were stored before, set by set
    entries = [entry.recipe["kind"] for entry in cache.entries() if "kind" in entry.recipe]
    assert "receptive-fields-1" in entries
    assert "firing-rates-1" in entries


def test_another_network_of_the_same_name_is_mapped_anew(metric):
    experiment()(model(cells(), "one"))
    other = cells(count=20, elsewhere=10)
    result = experiment()(model(other, "other"))
    assert result.details["units_at_position"] == 20


def test_another_reach_selects_other_units(metric):
    near = Cells([[0.5, 0.5], [0.5, 0.62], [0.5, 0.9]], [0.0, 30.0, 60.0])
    assert experiment()(model(near)).details["units_at_position"] == 2
    assert experiment(reach=0.5)(model(near)).details["units_at_position"] == 3


def test_mapping_leaves_no_rows_behind(metric, tmp_path):
    experiment()(model(cells()))
    stored = sum(path.stat().st_size for path in (tmp_path / "home").rglob("*") if path.is_file())
    assert stored < 30 * 8 * len(TABLES[GRATINGS]) * 3


def test_a_model_without_a_digest_is_measured_all_the_same(metric):
    unreadable = wrap(lambda batch: cells()(batch), layers={"V1": "output"}, visual_degrees=8)
    assert unreadable.digest() is None
    assert float(experiment()(unreadable)) == pytest.approx(0.75)


def test_it_says_what_it_presents():
    presents = experiment().presents()
    assert [entry.stimuli.identifier for entry in presents] == ["blank", "mapping", "gratings", "gratings"]
    assert [entry.number_of_trials for entry in presents] == [20, 10, 20, 20]
    assert {(entry.region, entry.visual_degrees, entry.whole) for entry in presents} == {("V1", 8, False)}


def test_private_stimuli_make_it_private():
    assert experiment().access == "public"
    assert experiment(mapping=stimuli(MAPPING, "mapping", "private")).access == "private"


def test_a_description_that_means_nothing_is_refused():
    with pytest.raises(InvalidParameter, match="time_bins.*one bin"):
        experiment(time_bins=[(0, 50), (50, 100)])
    with pytest.raises(InvalidParameter, match="property_name is 'colour'.*peak_spatial_frequency"):
        experiment(metric=MetricSpec("seen", property_name="colour"))


def test_info_describes_the_experiment():
    info = experiment().info
    assert info.experiment["rates"] == {"median_maximum": 33.8, "median_spontaneous": 0.82, "largest_maximum": 243.1}
    assert info.experiment["mapping"] == "mapping"
    assert info.experiment["geometry"]["visual_degrees"] == experiment().visual_degrees
    assert info.experiment["geometry"]["gamma"] == "not stated"
    assert info.parent == "V1-orientation"
