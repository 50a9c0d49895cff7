"""Repeated presentations: alike unless a model says otherwise, seeded, and told apart in the cache."""

import numpy as np
import pandas as pd
import pytest
import torch

from brainscore_core.errors import InvalidModelOutput, InvalidParameter, Unsupported
from brainscore_core.stimuli import StimulusSet
from brainscore_vision import wrap
from brainscore_vision.benchmarks.recording import record as present
from brainscore_vision.commitments.physiology import Physiology
from brainscore_vision.testing import check_model
from brainscore_vision.trials import (
    Dropout,
    GaussianNoise,
    Microsaccades,
    Moved,
    PoissonNoise,
    poisson,
    sources_of,
)

pytestmark = pytest.mark.usefixtures("home")
RNG = np.random.default_rng(0)
IMAGES = {f"s{number}": RNG.integers(0, 256, (20, 20), dtype=np.uint8) for number in range(5)}


class Net:
    layer_names = ("a", "b")

    def __call__(self, batch):
        flat = np.asarray(batch, np.float32).reshape(len(batch), -1)
        return {"a": flat[:, :50], "b": flat[:, 50:60]}


class Dropping(torch.nn.Module):
    def __init__(self, kind=torch.nn.Dropout, p=0.5):
        super().__init__()
        self.first, self.drop, self.last = torch.nn.Flatten(), kind(p), torch.nn.Identity()
        self.unused = torch.nn.Parameter(torch.zeros(1))

    def forward(self, x):
        return self.last(self.drop(x if isinstance(self.drop, torch.nn.Dropout2d) else self.first(x)))


def prepare(image):
    return (image[None] / 255 + 1).astype(np.float32)


def grey(image):
    return image if image.ndim == 2 else image[..., 0]


def model(*trials, network=None, **options):
    given = {"layers": {"IT": ["a", "b"]}, "visual_degrees": 1, "physiology": Physiology(trials=trials)}
    return wrap(network or Net(), **given | options)


def dropping(network=None, **options):
    return model(Dropout(), network=network or Dropping(), layers={"IT": "last"}, preprocessing=prepare, **options)


def stimuli(ids=None):
    table = pd.DataFrame({"stimulus_id": list(ids or IMAGES), "degrees": 1.0})
    return StimulusSet(table, identifier="five", open=IMAGES.__getitem__, key=lambda id: f"image {id}")


def show(subject, trials=1, ids=None, seed=0, **options):
    subject.configure(seed=seed)
    return present(subject, stimuli(ids), visual_degrees=1, region="IT", number_of_trials=trials, **options)


# --- deterministic -------------------------------------------------------------------------------------------------


def test_a_deterministic_model_has_one_row_a_stimulus():
    answer = show(model(), trials=7)
    assert answer.shape == (5, 60) and "repetition" not in answer.coords


def test_the_seed_of_a_deterministic_model_changes_nothing():
    np.testing.assert_array_equal(show(model(), seed=0).values, show(model(), seed=9).values)


SOURCES = [
    lambda: model(Microsaccades()),
    lambda: model(GaussianNoise(sd=3.0)),
    lambda: model(PoissonNoise(window_ms=100)),
    lambda: model(Microsaccades(), PoissonNoise(window_ms=100)),
    dropping,
]


@pytest.mark.parametrize("make", SOURCES)
def test_trials_differ_and_repeat_themselves(make):
    subject = make()
    found = show(subject, trials=4)
    assert found.sizes["presentation"] == 20
    assert sorted(found["repetition"].values[found["stimulus_id"].values == "s2"].tolist()) == [0, 1, 2, 3]
    values = found.values.reshape(5, 4, -1)
    assert all((values[:, one] != values[:, other]).any(1).all() for one in range(4) for other in range(one))
    for again in (show(subject, trials=4), show(make(), trials=4)):
        np.testing.assert_array_equal(again.values, found.values)


@pytest.mark.parametrize("make", SOURCES[1:])
def test_another_seed_gives_other_trials(make):
    one, other = show(make(), trials=3, seed=0), show(make(), trials=3, seed=1)
    assert (one.values.reshape(5, 3, -1)[:, -1] != other.values.reshape(5, 3, -1)[:, -1]).any(1).all()


@pytest.mark.parametrize("make", SOURCES)
def test_a_stimulus_is_answered_alike_in_any_company(make):
    whole, part = show(make(), trials=3), show(make(), trials=3, ids=["s3", "s1"])
    for id in ("s1", "s3"):
        mine = [answer.values[answer["stimulus_id"].values == id] for answer in (whole, part)]
        np.testing.assert_allclose(mine[0], mine[1], rtol=1e-6)


@pytest.mark.parametrize("make", SOURCES)
def test_units_are_answered_alike_whoever_else_is_recorded(make):
    whole = show(make(), trials=3)
    chosen = [7, 3, min(55, whole.sizes["neuroid"] - 1)]
    part = show(make(), trials=3, units=whole["neuroid_id"].values[chosen].tolist())
    np.testing.assert_allclose(part.values, whole.values[:, chosen], rtol=1e-6)


@pytest.mark.parametrize("make", SOURCES)
def test_variability_names_the_model(make):
    assert make().digest() is not None
    assert make().digest() not in {model().digest(), dropping(physiology=None).digest()}


def test_the_conformance_kit_accepts_it():
    check_model(model(Microsaccades(), GaussianNoise(sd=2.0, fano=1.0), preprocessing=grey))


# --- microsaccades -------------------------------------------------------------------------------------------------


def test_the_spiral_of_brain_score_2():
    """Its code, line by line: build_microsaccades of MicrosaccadeHelper, 224 pixels for 8 degrees."""
    number, radius = 15, 0.05 / 8 * 224
    a = radius / np.sqrt(number)
    theirs = []
    for i in range(number):
        r, theta = np.sqrt(i / number) * radius, a * np.sqrt(i) * 2 * np.pi / radius
        theirs.append((r * np.cos(theta), r * np.sin(theta)))
    ours = Microsaccades().shifts(number) / 8 * 224
    np.testing.assert_allclose(ours, theirs, atol=1e-12)
    assert np.hypot(*Microsaccades().shifts(100).T).max() < 0.05 and not ours[0].any()


@pytest.mark.parametrize("axes", [(0, 1), (1, 0, 2), (1, 2, 0)])
@pytest.mark.parametrize("shift", [(0.0, 0.0), (1.0, 0.0), (0.0, -2.0), (1.3, 0.6), (-0.25, 3.75)])
def test_moving_is_bilinear_with_the_edge_repeated(axes, shift):
    from scipy.ndimage import shift as move

    image = RNG.normal(size=(20, 20))
    wanted = move(image, (shift[1], shift[0]), order=1, mode="nearest")
    layout = {2: image, 3: np.repeat(image[None], 3, 0) if axes == (1, 2, 0) else np.repeat(image[..., None], 3, 2)}
    moved = Moved(None, shift[0] / 20, shift[1] / 20)(layout[len(axes)])
    found = moved if moved.ndim == 2 else moved[0] if axes == (1, 2, 0) else moved[..., 0]
    np.testing.assert_allclose(found, wanted, atol=1e-12)


def test_what_was_prepared_keeps_its_kind():
    assert Moved(None, 0.1, 0.1)(IMAGES["s0"]).dtype == np.uint8
    tensor = Moved(lambda image: torch.from_numpy(prepare(image)), 0.1, 0.1)(IMAGES["s0"])
    assert isinstance(tensor, torch.Tensor) and tensor.dtype == torch.float32 and tensor.shape == (1, 20, 20)
    with pytest.raises(InvalidModelOutput, match="cannot be moved"):
        Moved(lambda image: image.ravel(), 0.1, 0.1)(IMAGES["s0"])


def test_the_network_sees_the_moved_image():
    subject = model(Microsaccades(0.3), layers={"IT": "a"})
    found = show(subject, trials=4).values.reshape(5, 4, 50)
    for number, (x, y) in enumerate(Microsaccades(0.3).shifts(4)):
        moved = [Moved(None, x, y)(image).ravel()[:50] for image in IMAGES.values()]
        np.testing.assert_array_equal(found[:, number], moved)


# --- noise ---------------------------------------------------------------------------------------------------------


def test_poisson_counts_have_their_mean_and_variance():
    means = np.tile([0.0, 0.3, 4.0, 31.9, 32.1, 150.0], (20000, 1))
    streams = np.random.default_rng(1)
    counts = poisson(means, lambda part: streams.random(means.shape))
    assert (counts == np.rint(counts)).all() and not counts[:, 0].any()
    error = np.sqrt(np.maximum(means[0], 1e-9) / len(means))
    assert (np.abs(counts.mean(0) - means[0]) <= 4 * error).all()
    np.testing.assert_allclose(counts[:, 1:].var(0), means[0, 1:], rtol=0.05)


def test_poisson_counts_follow_the_distribution():
    from scipy.stats import poisson as exact

    uniform = (np.arange(100000) + 0.5) / 100000
    np.testing.assert_array_equal(poisson(np.full(100000, 7.3), lambda part: uniform), exact.ppf(uniform, 7.3))


def test_rates_are_counts_over_the_window():
    bins = [(0.0, 50.0), (50.0, 250.0)]
    found = show(model(PoissonNoise()), trials=30, time_bins=bins)
    counts = found.values * np.array([0.05, 0.2])
    np.testing.assert_allclose(counts, np.rint(counts), atol=1e-3)
    rates = show(model()).values
    mean = found.values.reshape(5, 30, 60, 2).mean(1)
    assert np.abs(mean[..., 1] - rates).max() < 6 * np.sqrt(rates.max() / 0.2 / 30)


def test_time_bins_are_independent():
    found = show(model(GaussianNoise(sd=1.0)), trials=20, time_bins=[(0, 50), (50, 100)]).values
    noise = found - show(model(), time_bins=[(0, 50), (50, 100)]).values.repeat(20, 0)
    assert abs(np.corrcoef(noise[..., 0].ravel(), noise[..., 1].ravel())[0, 1]) < 0.05


def test_gaussian_noise_has_the_variance_it_says():
    rates = show(model()).values.repeat(50, 0)
    noise = show(model(GaussianNoise(sd=2.0, fano=1.5)), trials=50).values - rates
    wanted = 4.0 + 1.5 * rates
    assert abs((noise**2 / wanted).mean() - 1) < 0.05 and abs(noise.mean()) < 0.6
    by_trial = noise.reshape(5, 50, 60)
    assert abs(np.corrcoef(by_trial[:, 0].ravel(), by_trial[:, 1].ravel())[0, 1]) < 0.2


def test_poisson_refuses_what_is_no_rate():
    negative = wrap(
        lambda batch: -np.asarray(batch, float).reshape(len(batch), -1),
        layers={"IT": "output"},
        visual_degrees=1,
        physiology=Physiology(trials=[PoissonNoise(100)]),
    )
    with pytest.raises(InvalidModelOutput, match=r"spikes/s.*rectified"):
        show(negative)
    with pytest.raises(InvalidParameter, match="without a window"):
        show(model(PoissonNoise()))


# --- dropout -------------------------------------------------------------------------------------------------------


def test_dropout_drops_its_share_and_keeps_the_mean():
    subject = dropping(network=Dropping(p=0.25))
    found = show(subject, trials=20).values.reshape(5, 20, 400)
    plain = np.stack([prepare(image).ravel() for image in IMAGES.values()])[:, None]
    assert abs((found == 0).mean() - 0.25) < 0.01
    np.testing.assert_allclose(
        np.where(found, found, plain / 0.75), np.broadcast_to(plain / 0.75, found.shape), rtol=1e-5
    )
    assert not any(part._forward_hooks for part in subject._engine.network.module.modules())


def test_dropout_of_channels():
    network = Dropping(torch.nn.Dropout2d)
    found = show(dropping(network=network), trials=40).values.reshape(200, 400)
    assert {bool(row.any()) for row in found} == {True, False} and ((found == 0).all(1) | (found != 0).all(1)).all()


@pytest.mark.parametrize("size", [1, 2, 5])
def test_dropout_does_not_depend_on_the_batch(size):
    subject = dropping()
    subject.configure(batch_size=size, cache=False)
    subject.start_recording("IT")
    other = dropping()
    other.configure(batch_size=3, cache=False)
    other.start_recording("IT")
    np.testing.assert_allclose(subject.look_at(stimuli(), 2).values, other.look_at(stimuli(), 2).values, rtol=1e-6)


def test_dropout_that_cannot_be():
    with pytest.raises(Unsupported, match="dropout at test"):
        show(model(Dropout()))
    with pytest.raises(InvalidParameter, match="has no dropout"):
        show(dropping(network=Dropping(p=0.0)))


# --- what means nothing --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "make",
    [
        lambda: Microsaccades(0),
        lambda: GaussianNoise(),
        lambda: GaussianNoise(sd=-1.0),
        lambda: PoissonNoise(0),
        lambda: sources_of(["noise"]),
        lambda: sources_of([Dropout(), Dropout()]),
        lambda: Physiology(units={"IT": 0}),
    ],
)
def test_options_that_mean_nothing(make):
    with pytest.raises(InvalidParameter):
        make()
