"""Gratings, bars and labels on cells and observers whose answers are known."""

import numpy as np
import pandas as pd
import pytest

from brainscore_core.contracts import DataEntry, DataInfo
from brainscore_core.errors import InvalidModelOutput
from brainscore_core.stimuli import StimulusSet
from brainscore_vision import wrap
from brainscore_vision.papers.generators.generate import AXES, Recipe
from brainscore_vision.papers.measurements.gratings import GratingProperty, TuningCurve
from brainscore_vision.papers.measurements.labels import Labels

DEGREES = 6
PIXELS = 96
SHARED = {"regions": ("V1",), "visual_degrees": DEGREES, "stimuli_degrees": DEGREES, "reach": 0.3}
ANGLES = (0.0, 45.0, 90.0, 135.0)
PHASES = (0.0, 90.0, 180.0, 270.0)


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path / "home"))


def gratings(**axes):
    made = {name: (1.0,) for name in AXES} | {"position_y": (0.0,), "position_x": (0.0,), "orientation": ANGLES}
    return Recipe("gratings", DEGREES, PIXELS, made | {"phase": PHASES} | axes).entry()


def blank():
    table = pd.DataFrame({"stimulus_id": ["blank"], "degrees": [float(DEGREES)]})
    image = np.full((PIXELS, PIXELS), 128, np.uint8)
    made = StimulusSet(table, identifier="blank", open=lambda _: image, key=lambda _: "blank")
    return DataEntry("blank", lambda: made, DataInfo("grey"))


def sets(**axes):
    places = tuple(np.arange(-1, 1.1, 0.5).tolist())
    mapping = gratings(position_y=places, position_x=places, radius=(0.4,), phase=(90.0,), spatial_frequency=(2.0,))
    # the blank is shown to find the baseline, the gratings of the largest contrast to set the firing rates
    calibration = gratings(radius=(0.5, 1.0), spatial_frequency=(1.0, 2.0))
    return {"stimuli": gratings(**axes), "blank": blank(), "mapping": mapping, "calibration": calibration}


class Cells:
    """Complex cells of 2 cycles per degree whose field shrinks with contrast: 2 degrees across at .25, 1 at 1."""

    def __init__(self):
        axis = (np.arange(PIXELS) - PIXELS / 2) / (PIXELS / DEGREES)
        x, y = axis[None, :], axis[:, None]
        self.distance = np.hypot(x, y)
        self.waves = [np.exp(4j * np.pi * (x * np.cos(a) + y * np.sin(a))) for a in np.deg2rad(ANGLES)]

    def __call__(self, batch):
        return np.stack([self._one(np.asarray(image, float)) for image in batch])

    def _one(self, image):
        contrast = (image - 128) / 127.5
        strongest = np.abs(contrast).max()
        inside = self.distance <= (0.5 if strongest > 0.6 else 1.0)
        return np.array([np.abs((contrast * inside * wave).sum()) for wave in self.waves])


def cells():
    return wrap(
        Cells(), preprocessing=lambda image: image, layers={"V1": "output"}, visual_degrees=DEGREES, identifier="cells"
    )


def test_extent_at_two_contrasts_within_each_unit():
    radii = (0.25, 0.5, 1.0, 1.5)
    shown = sets(contrast=(0.25, 1.0), radius=radii, spatial_frequency=(1.0, 2.0))
    measured = GratingProperty(
        property_name="summation_diameter", by="contrast", paired=("0.25", "1"), **SHARED, **shown
    )
    found = measured.measure(cells(), "")
    assert found.conditions.tolist() == ["ratio"] * 4
    assert found.values == pytest.approx([2, 2, 2, 2])
    assert found.counts["units_at_position"] == found.counts["units_responsive"] == 4


def test_conditions_are_kept_apart():
    shown = sets(contrast=(0.25, 1.0), radius=(0.25, 0.5, 1.0, 1.5), spatial_frequency=(1.0, 2.0))
    measured = GratingProperty(property_name="summation_diameter", by="contrast", **SHARED, **shown)
    found = measured.measure(cells(), "")
    assert found.values[found.conditions == "0.25"] == pytest.approx([2.0] * 4)
    assert found.values[found.conditions == "1"] == pytest.approx([1.0] * 4)


def test_a_tuning_curve_peaks_where_cells_do():
    frequencies = (0.5, 1.0, 2.0, 4.0, 8.0)
    shown = sets(radius=(0.5,), spatial_frequency=frequencies)
    found = TuningCurve(parameter="spatial_frequency", **SHARED, **shown).measure(cells(), "")
    curves = found.values.reshape(4, 5)
    assert found.conditions[:5].tolist() == ["0.5", "1", "2", "4", "8"]
    assert curves.argmax(axis=1).tolist() == [2] * 4
    assert curves.max(axis=1) == pytest.approx([1] * 4)


NAMES = ("cat", "dog")


def shown(truths, conditions):
    ids = [f"image-{index}" for index in range(len(truths))]
    pixels = {name: np.full((4, 4), 10 * NAMES.index(truth), np.uint8) for name, truth in zip(ids, truths, strict=True)}
    table = pd.DataFrame({"stimulus_id": ids, "truth": truths, "condition": conditions})
    made = StimulusSet(table, identifier="pets", open=pixels.__getitem__)
    return DataEntry("pets", lambda: made, DataInfo("pets"))


class Observer:
    """Names every image by its pixels, and wrongly those whose ids it is told."""

    identifier = "observer"

    def __init__(self, wrong=(), odd=""):
        self.wrong, self.odd = set(wrong), odd

    def visual_degrees(self):
        return 8

    def start_task(self, task, labels):
        assert (task, labels) == ("label", list(NAMES))

    def look_at(self, stimuli, number_of_trials):
        import xarray as xr

        names = [NAMES[(int(stimuli.open(id).max() == 10) + (id in self.wrong)) % 2] for id in stimuli]
        answers = [self.odd or name for name in names]
        return xr.DataArray(answers, dims=["presentation"], coords={"stimulus_id": ("presentation", stimuli.ids)})


def labels(entry, **options):
    return Labels(stimuli=entry, visual_degrees=8, labels=NAMES, truth="truth", **options)


def test_accuracy_by_condition():
    entry = shown(["cat", "dog", "cat", "dog"], ["hard", "hard", "easy", "easy"])
    ideal = labels(entry, by="condition").measure(Observer(), "")
    assert ideal.values.tolist() == [1, 1, 1, 1]
    found = labels(entry, by="condition").measure(Observer(wrong=["image-1"]), "")
    assert found.values[found.conditions == "hard"].tolist() == [1, 0]
    assert found.values[found.conditions == "easy"].tolist() == [1, 1]


def test_confusions():
    entry = shown(["cat", "cat", "dog"], ["a", "a", "a"])
    found = labels(entry).measure(Observer(wrong=["image-1"]), "")
    shares = {name: found.values[found.conditions == name].mean() for name in np.unique(found.conditions)}
    assert shares == {"cat>cat": 0.5, "cat>dog": 0.5, "dog>cat": 0, "dog>dog": 1}


def test_an_answer_that_is_no_label_is_refused():
    with pytest.raises(InvalidModelOutput, match="observer answered 2 times to 2 stimuli, with"):
        labels(shown(["cat", "dog"], ["a", "a"]), by="condition").measure(Observer(odd="bird"), "")
