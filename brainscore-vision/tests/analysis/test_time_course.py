"""Curves out of scores: which numbers they are, and that they can be drawn and printed."""

import json

import numpy as np
import pytest
import xarray as xr
from click.testing import CliRunner

from brainscore_core.errors import InvalidParameter
from brainscore_core.scores import Score
from brainscore_vision.analysis import time_curve_command
from brainscore_vision.analysis.time_course import HEADERS, plot_time_course, time_courses

BINS = {"time_bin_start": ("time_bin", [70.0, 80.0, 90.0]), "time_bin_end": ("time_bin", [80.0, 90.0, 100.0])}
R = np.random.default_rng(0).uniform(-1, 1, (4, 7, 3))


def over_time(values, *dims, **coords):
    return xr.DataArray(values, dims=dims, coords={**BINS, **coords})


def predicted():
    """As a predictivity over time: values on the raw score, reliabilities on the ceiling."""
    c = np.random.default_rng(1).uniform(0, 1, (3, 4, 7))
    noise = Score(0.5, values=over_time(c, "time_bin", "split", "neuroid"))
    return Score(0.3, raw=Score(0.2, values=over_time(R, "split", "neuroid", "time_bin")), ceiling=noise), c


def test_a_curve_is_the_median_over_units_and_the_mean_over_splits():
    score, c = predicted()
    (curve,) = time_courses(score, "model")
    np.testing.assert_allclose(curve.values, np.median(R, axis=1).mean(0))
    np.testing.assert_allclose(curve.ceiling, np.median(c, axis=2).mean(1))
    np.testing.assert_allclose(curve.low, np.quantile(R.mean(0), 0.25, axis=0))
    np.testing.assert_array_equal(curve.edges, [[70, 80], [80, 90], [90, 100]])
    assert curve.name == "model" and curve.measure.startswith("r ") and len(curve.rows()[0]) == len(HEADERS)


def test_images_make_a_curve_too_and_what_is_undefined_stays_so():
    course = np.array([[1.0, 2.0, np.nan], [3.0, 4.0, np.nan]])
    (curve,) = time_courses(Score(0.1, values=over_time(course, "presentation", "time_bin")))
    np.testing.assert_array_equal(curve.values, [2, 3, np.nan])
    np.testing.assert_array_equal(curve.high, [2.5, 3.5, np.nan])
    assert curve.measure.startswith("i1") and curve.ceiling is None
    assert json.loads(json.dumps(curve.to_dict(), allow_nan=False))["value"] == [2, 3, None]
    assert curve.rows()[2] == ["90-100", "", "", "", ""]


def test_each_stage_has_its_own():
    values = over_time(R[:2, :, :], "model_region", "subject", "time_bin", model_region=["V1", "IT"])
    curves = time_courses(Score(None, raw=Score(0.1, values=values)), "net")
    assert [curve.name for curve in curves] == ["net V1", "net IT"]
    np.testing.assert_allclose(curves[1].values, np.median(R[1], axis=0))


ONE_BIN = over_time(R, "split", "neuroid", "time_bin")[..., :1]


@pytest.mark.parametrize("score", [Score(0.5), Score(0.5, values=ONE_BIN)])
def test_a_score_without_time_is_refused(score, tmp_path):
    with pytest.raises(InvalidParameter, match="without values over time"):
        plot_time_course(score, tmp_path / "curve.png")


def test_it_is_drawn(tmp_path):
    pytest.importorskip("matplotlib", reason="draws a picture")
    score, _ = predicted()
    path = plot_time_course({"one": score, "other": score}, tmp_path / "curve.png", title="two")
    from PIL import Image

    with Image.open(path) as picture:
        assert picture.size[0] > 500 and len(set(picture.convert("L").resize((64, 64)).tobytes())) > 5


def test_without_matplotlib_that_is_said(monkeypatch, tmp_path):
    monkeypatch.setitem(__import__("sys").modules, "matplotlib.figure", None)
    with pytest.raises(InvalidParameter, match="pictures"):
        plot_time_course(predicted()[0], tmp_path / "curve.png")


def test_the_command_prints_and_writes(monkeypatch, tmp_path):
    score, _ = predicted()
    asked = []
    monkeypatch.setattr("brainscore_core.loading.load_benchmark", lambda name: name)
    monkeypatch.setattr("brainscore_core.loading.load_model", lambda name: name)
    monkeypatch.setattr("brainscore_core.run.score", lambda *pair, device: asked.append(pair) or score)
    file = tmp_path / "curves.json"
    result = CliRunner().invoke(
        time_curve_command.time_curve, ["one", "other", "-b", "over-time", "--json", str(file)], catch_exceptions=False
    )
    assert result.exit_code == 0 and asked == [("one", "over-time"), ("other", "over-time")]
    assert "other, r (median over units" in result.output and "90-100" in result.output
    content = json.loads(file.read_text())
    assert [curve["name"] for curve in content] == ["one", "other"]
    printed = CliRunner().invoke(time_curve_command.time_curve, ["one", "-b", "over-time", "--json", "-"])
    assert json.loads(printed.stdout)[0]["time_bins_ms"][0] == [70, 80]
