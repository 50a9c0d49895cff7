"""Principal components beside scikit-learn; random projections and the distortion they promise."""

import numpy as np
import pytest
from scipy.spatial.distance import pdist
from sklearn.decomposition import PCA as Reference
from sklearn.random_projection import johnson_lindenstrauss_min_dim

from brainscore_core.errors import InvalidParameter, TooFewStimuli
from brainscore_core.statistics import reduction
from brainscore_core.statistics.projection import SparseRandomProjection, dimensions_for, distortion_of
from brainscore_core.statistics.reduction import PCA


def _features(n, p, dtype=np.float64, seed=0):
    rng = np.random.default_rng(seed)
    return ((rng.normal(size=(n, p)) * np.arange(1, p + 1) ** -0.5) + 3).astype(dtype)


SHAPES = [(50, 200, 20), (50, 200, 49), (200, 50, 20), (60, 60, 59), (40, 41, 1), (300, 3, 3)]


@pytest.mark.parametrize(("n", "p", "k"), SHAPES)
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-10), (np.float32, 2e-4)])
def test_equals_scikit_learn_up_to_sign(n, p, k, dtype, tolerance):
    k = min(k, 50)  # single precision has no digits left for the last of 59 components of 60 stimuli
    features, new = _features(n, p, dtype), _features(7, p, dtype, seed=1)
    ours, theirs = PCA(k), Reference(k, svd_solver="full").fit(features.astype(np.float64))
    scores = ours.fit_transform(features)
    assert scores.dtype == dtype and ours.exact_ and ours.n_components_ == k
    scale = np.abs(scores).max()
    np.testing.assert_allclose(np.abs(scores), np.abs(theirs.transform(features)), atol=tolerance * scale)
    np.testing.assert_allclose(np.abs(ours.transform(new)), np.abs(theirs.transform(new)), atol=tolerance * scale)
    np.testing.assert_allclose(ours.transform(features), scores, atol=tolerance * scale)
    np.testing.assert_allclose(ours.explained_variance_, theirs.explained_variance_, rtol=10 * tolerance)


@pytest.mark.parametrize(("n", "p", "k"), [(50, 200, 20), (200, 50, 20), (50, 200, 45)])
def test_blocks_change_nothing(n, p, k, monkeypatch):
    features = _features(n, p)
    whole = PCA(k).fit_transform(features)
    monkeypatch.setattr(reduction, "BLOCK", 3000)
    np.testing.assert_allclose(PCA(k).fit_transform(features), whole, atol=1e-10)
    np.testing.assert_allclose(PCA(k).fit(features).transform(features), whole, atol=1e-10)


def test_memory_mapped_features(tmp_path):
    features = _features(30, 100, np.float32)
    path = tmp_path / "features.npy"
    np.save(path, features)
    mapped = np.load(path, mmap_mode="r")
    np.testing.assert_array_equal(PCA(5).fit_transform(mapped), PCA(5).fit_transform(features))


def test_streaming_finds_what_the_exact_form_finds(monkeypatch):
    features = _features(300, 200)
    features[:, :5] *= 20
    exact = PCA(5).fit(features)
    monkeypatch.setattr(reduction, "EXACT", 50)
    monkeypatch.setattr(reduction, "BLOCK", 100_000)
    streamed = PCA(5).fit(features)
    assert exact.exact_ and not streamed.exact_
    np.testing.assert_allclose(streamed.explained_variance_, exact.explained_variance_, rtol=1e-3)
    correlation = np.corrcoef(streamed.transform(features).T, exact.transform(features).T)[:5, 5:]
    np.testing.assert_allclose(np.diag(correlation), 1, atol=1e-3)
    np.testing.assert_array_equal(PCA(5).fit(features).transform(features), streamed.transform(features))


def test_directions_without_variance_are_not_kept():
    low = np.random.default_rng(0).normal(size=(40, 6)) @ np.random.default_rng(1).normal(size=(6, 300))
    fitted = PCA(20).fit(low)
    assert fitted.n_components_ == 6
    assert fitted.transform(low).shape == (40, 6)
    assert PCA(30).fit(_features(30, 100)).n_components_ == 29, "centred rows have one direction less"
    assert PCA(10).fit(np.concatenate([_features(200, 5)] * 2, axis=1)).n_components_ == 5


def test_inner_products_are_kept_by_all_components():
    features = _features(30, 500)
    scores = PCA(29).fit_transform(features)
    centred = features - features.mean(0)
    np.testing.assert_allclose(scores @ scores.T, centred @ centred.T, atol=1e-9)


def test_sign_is_fixed():
    scores = PCA(8).fit_transform(_features(50, 20))
    assert (scores[np.abs(scores).argmax(0), np.arange(8)] > 0).all()


@pytest.mark.parametrize(
    ("k", "features", "error", "message"),
    [
        (0, np.ones((3, 3)), InvalidParameter, "at least 1"),
        (5, np.ones((4, 9)), TooFewStimuli, "5 components of 4 stimuli"),
        (1, np.ones((1, 9)), TooFewStimuli, "1 stimuli"),
        (5, np.ones((9, 4)), InvalidParameter, "5 components of 4 features"),
        (1, np.full((3, 3), np.nan), InvalidParameter, "NaN"),
        (1, np.ones((5, 3)), InvalidParameter, "no feature varies"),
        (1, np.array([["a", "b"]]), InvalidParameter, "real numbers"),
        (1, np.ones(3), InvalidParameter, "no matrix"),
    ],
)
def test_what_cannot_be_reduced(k, features, error, message):
    with pytest.raises(error, match=message):
        PCA(k).fit(features)


def test_other_features_than_were_fitted():
    with pytest.raises(InvalidParameter, match="12 features.*10, as were fitted"):
        PCA(2).fit(_features(20, 10)).transform(_features(3, 12))


@pytest.mark.parametrize(("n", "distortion"), [(100, 0.1), (2560, 0.3), (50_000, 0.5)])
def test_bound_is_that_of_scikit_learn(n, distortion):
    ours = dimensions_for(n, distortion)
    assert abs(ours - johnson_lindenstrauss_min_dim(n, eps=distortion)) <= 1
    assert distortion_of(n, ours) == pytest.approx(distortion, rel=1e-3)
    assert distortion_of(n, ours) <= distortion


def test_bound_of_nothing():
    for arguments in ((10, 0.0), (10, 1.0), (1, 0.1)):
        with pytest.raises(InvalidParameter):
            dimensions_for(*arguments)
    assert distortion_of(10**6, 2) == 1


def test_distances_are_kept_within_the_stated_distortion():
    features = np.random.default_rng(0).normal(size=(60, 4000)).astype(np.float32)
    k = dimensions_for(60, 0.4)
    projected = SparseRandomProjection(k).transform(features)
    assert projected.shape == (60, k) and projected.dtype == np.float32
    ratio = (pdist(projected) / pdist(features)) ** 2
    assert 0.6 < ratio.min() and ratio.max() < 1.4
    assert ratio.mean() == pytest.approx(1, abs=0.03)


def test_projection_is_one_map_whatever_comes_in_parts(monkeypatch):
    features = _features(20, 900)
    project = SparseRandomProjection(30, seed=2)
    whole = project.transform(features)
    parts = np.concatenate([project.transform(features[:7]), project.transform(features[7:])])
    np.testing.assert_allclose(parts, whole, rtol=1e-12)
    monkeypatch.setattr("brainscore_core.statistics.projection.BLOCK", 10_000)
    np.testing.assert_allclose(project.transform(features), whole, rtol=1e-12)
    assert not np.allclose(SparseRandomProjection(30, seed=3).transform(features), whole)


def test_projection_is_sparse():
    matrix = SparseRandomProjection(50).matrix(10_000)
    assert matrix.nnz == pytest.approx(50 * 100, rel=0.1)
    assert set(np.unique(np.abs(matrix.data)).round(12)) == {round(np.sqrt(100 / 50), 12)}


def test_projection_of_nothing():
    with pytest.raises(InvalidParameter):
        SparseRandomProjection(0)
    with pytest.raises(InvalidParameter, match="real numbers"):
        SparseRandomProjection(2).transform(np.array([["a"]]))
