"""The file as published: shapes, pictures the right way up, and the reference numbers of its description."""

import numpy as np
import pytest

from brainscore_core import load_dataset, load_stimulus_set
from brainscore_core.errors import DataUnavailable


@pytest.fixture
def digits(published_files):
    return load_stimulus_set("vanGerven2010")


@pytest.fixture
def voxels(published_files):
    return load_dataset("vanGerven2010")


def test_one_trial_an_image(voxels, digits):
    assert voxels.dims == ("presentation", "neuroid") and voxels.shape == (100, 3092)
    assert np.isfinite(voxels.values).all() and "repetition" not in voxels.coords
    assert voxels["stimulus_id"].values.tolist() == list(digits)
    assert np.unique(voxels["part"].values, return_counts=True)[1].tolist() == [10, 90]
    assert set(voxels["digit"].values) == {6, 9}


def test_sixes_and_nines_stand_upright(digits):
    """A nine has its loop, and so the wider half, above; a six below."""
    wider = {6: [], 9: []}
    for stimulus_id, digit in zip(digits, digits["digit"], strict=True):
        image = digits.open(stimulus_id)
        assert image.shape == (28, 28)
        wider[digit].append(_width(image[:14]) - _width(image[14:]))
    assert np.median(wider[9]) > 0 > np.median(wider[6])


def _width(part):
    return np.ptp(np.flatnonzero((part > 64).any(0)))


def test_what_is_opened_is_the_callers_own(digits):
    digits.open("train-00")[...] = 0
    assert digits.open("train-00").max() > 0


def test_six_against_nine_is_decoded(voxels):
    """.97 over 10 folds, as its description says."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    folds = StratifiedKFold(10, shuffle=True, random_state=0)
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000))
    assert cross_val_score(model, voxels.values, voxels["digit"].values, cv=folds).mean() == pytest.approx(
        0.97, abs=0.02
    )


def test_pixels_predict_voxels(voxels, digits):
    """Ridge from 30 components of the pixels, 10 folds: best voxel r about .84, 23.5% of the voxels above .3."""
    from sklearn.decomposition import PCA
    from sklearn.linear_model import Ridge
    from sklearn.model_selection import KFold, cross_val_predict

    pixels = np.array([digits.open(id).ravel() / 255 for id in digits])
    x, y = PCA(30, random_state=0).fit_transform(pixels), voxels.values
    predicted = cross_val_predict(Ridge(1.0), x, y, cv=KFold(10, shuffle=True, random_state=0))
    r = [np.corrcoef(a, b)[0, 1] for a, b in zip(predicted.T, y.T, strict=True)]
    assert max(r) == pytest.approx(0.84, abs=0.02)
    assert np.mean(np.array(r) > 0.3) == pytest.approx(0.235, abs=0.01)


def test_without_file_and_network_it_says_which(monkeypatch, tmp_path):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path))
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")
    monkeypatch.delenv("BRAINSCORE_MIRRORS", raising=False)
    with pytest.raises(DataUnavailable, match="digit69_28x28.mat"):
        load_dataset("vanGerven2010")
