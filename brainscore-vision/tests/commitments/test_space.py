"""Where units look and lie, and how many of them are recorded."""

import numpy as np
import pandas as pd
import pytest

from brainscore_core.errors import InvalidParameter
from brainscore_core.stimuli import StimulusSet
from brainscore_vision import wrap
from brainscore_vision.activations.form import form_of
from brainscore_vision.commitments.physiology import Physiology
from brainscore_vision.commitments.sampling import sample_units
from brainscore_vision.commitments.space import LogPolar, UnitSpace

pytestmark = pytest.mark.usefixtures("home")
IMAGES = {f"s{n}": np.random.default_rng(n).integers(0, 256, (4, 4), dtype=np.uint8) for n in range(5)}
NOT_STATED = UnitSpace()


def network(batch):
    values = batch.astype(np.float32)
    return {"map": np.stack([values, -values], axis=1), "flat": values.reshape(len(values), -1)[:, :5]}


def model(**physiology):
    return wrap(
        network, layers={"V1": "map", "IT": ["map", "flat"]}, visual_degrees=8, physiology=Physiology(**physiology)
    )


def record(subject, region="IT", **options):
    table = pd.DataFrame({"stimulus_id": list(IMAGES)})
    subject.start_recording(region, **options)
    return subject.look_at(StimulusSet(table, identifier="five", open=IMAGES.__getitem__))


def test_centres_of_columns():
    found = NOT_STATED.coords("map", np.arange(32), form_of((2, 4, 4)), 8.0)
    assert found["x_degrees"][:4].tolist() == [-3.0, -1.0, 1.0, 3.0]
    assert found["y_degrees"][[0, 4, 8, 12]].tolist() == [3.0, 1.0, -1.0, -3.0]
    np.testing.assert_array_equal(found["eccentricity"][:16], found["eccentricity"][16:])
    assert found["eccentricity"][0] == pytest.approx(np.hypot(3, 3)) and "x_mm" not in found


def test_fixation_off_the_centre():
    found = UnitSpace(fixation=(-3.0, 3.0)).coords("map", np.arange(16), form_of((1, 4, 4)), 8.0)
    assert found["eccentricity"][0] == 0 and found["eccentricity"][3] == 6


def test_receptive_fields_grow_with_eccentricity():
    space = UnitSpace(receptive_fields={"map": (0.5, 0.25), "other": 3.0})
    found = space.coords("map", np.arange(16), form_of((1, 4, 4)), 8.0)
    np.testing.assert_allclose(found["receptive_field_size"], 0.5 + 0.25 * found["eccentricity"])
    assert (space.coords("other", np.arange(5), form_of((5,)), 8.0)["receptive_field_size"] == 3.0).all()
    assert np.isnan(space.coords("none", np.arange(5), form_of((5,)), 8.0)["receptive_field_size"]).all()


def test_the_log_polar_map():
    rule = LogPolar(k_mm=15.0, a_degrees=0.7)
    x, y = rule.positions(np.array([0.0, 5.0, -5.0, 0.0]), np.array([0.0, 0.0, 0.0, 2.0]))
    np.testing.assert_allclose(x[:3], [0, 15 * np.log(5.7 / 0.7), -15 * np.log(5.7 / 0.7)], atol=1e-12)
    np.testing.assert_allclose(y, [0, 0, 0, 15 * np.arctan2(2, 0.7)], atol=1e-12)
    step = 1e-6
    near, far = (rule.positions(np.array([e, e + step]), np.zeros(2))[0] for e in (0.0, 9.3))
    assert np.diff(near)[0] / step == pytest.approx(15 / 0.7, rel=1e-4), "magnification k / (e + a), in mm a degree"
    assert np.diff(far)[0] / step == pytest.approx(1.5, rel=1e-4)


def test_a_recording_has_the_coordinates():
    tissue = np.arange(10.0).reshape(5, 2)
    space = UnitSpace(receptive_fields={"map": 1.0}, tissue={"flat": tissue})
    found = record(model(space=space))
    assert np.isnan(found["x_mm"].values[:32]).all() and found["y_mm"].values[32:].tolist() == tissue[:, 1].tolist()
    assert np.isnan(found["eccentricity"].values[32:]).all() and (found["receptive_field_size"].values[:32] == 1).all()
    part = record(model(space=space), units=["flat.3", "map.5", "flat.0"])
    assert part["x_mm"].values[[0, 2]].tolist() == [6.0, 0.0] and part["x_degrees"].values[1] == -1.0
    again = record(model(space=space))
    np.testing.assert_array_equal(again["x_mm"].values, found["x_mm"].values)


def test_none_are_made_up():
    assert not {"x_mm", "eccentricity", "receptive_field_size"} & set(record(model()).coords)


def test_space_names_the_model():
    spaces = [None, NOT_STATED, UnitSpace(tissue=LogPolar()), UnitSpace(tissue={"flat": np.zeros((5, 2))})]
    assert len({model(space=space).digest() for space in spaces}) == 4


@pytest.mark.parametrize(
    "make",
    [
        lambda: LogPolar(k_mm=0),
        lambda: UnitSpace(receptive_fields={"map": 0.0}),
        lambda: UnitSpace(receptive_fields={"map": (-1.0, 1.0)}),
        lambda: UnitSpace(tissue={"map": np.zeros(3)}),
        lambda: UnitSpace(tissue={"map": np.full((3, 2), np.nan)}),
        lambda: record(model(space=UnitSpace(tissue={"flat": np.zeros((4, 2))}))),
    ],
)
def test_what_means_nothing(make):
    with pytest.raises(InvalidParameter):
        make()


# --- samples -------------------------------------------------------------------------------------------------------


def test_samples_are_seeded_and_nested():
    drawn = sample_units(10, 100, seed=1, region="IT")
    assert len(np.unique(drawn)) == 10 and (np.diff(drawn) > 0).all() and drawn.max() < 100
    np.testing.assert_array_equal(sample_units(10, 100, seed=1, region="IT"), drawn)
    assert set(drawn) <= set(sample_units(50, 100, seed=1, region="IT"))
    assert set(drawn) != set(sample_units(10, 100, seed=2, region="IT"))
    assert set(drawn) != set(sample_units(10, 100, seed=1, region="V4"))
    np.testing.assert_array_equal(sample_units(200, 5), np.arange(5))


@pytest.mark.parametrize("count", [0, -1, 2.5, True])
def test_samples_of_nothing(count):
    with pytest.raises(InvalidParameter):
        sample_units(count, 10)


def test_as_many_units_as_were_recorded():
    subject = model(units={"IT": 9}, seed=3)
    found, whole = record(subject), record(model())
    assert found.shape == (5, 9) and set(found["layer"].values) == {"map", "flat"}
    where = [whole["neuroid_id"].values.tolist().index(unit) for unit in found["neuroid_id"].values]
    assert where == sorted(where)
    np.testing.assert_array_equal(found.values, whole.values[:, where])
    assert record(model(units={"IT": 9}, seed=3))["neuroid_id"].values.tolist() == found["neuroid_id"].values.tolist()
    assert record(model(units={"IT": 9}, seed=4))["neuroid_id"].values.tolist() != found["neuroid_id"].values.tolist()
    assert record(subject, "V1").sizes["neuroid"] == 32, "a region that has no number is recorded whole"
    assert record(subject, units=["map.0", "flat.1"]).sizes["neuroid"] == 2, "named units are what is recorded"
    assert len({model().digest(), model(units={"IT": 9}).digest(), model(units={"IT": 9}, seed=1).digest()}) == 3
