"""Parts of a network that are random by themselves: what they draw is seeded, and reaches what follows."""

import numpy as np
import pandas as pd
import pytest
import torch

from brainscore_core.errors import InvalidParameter, Unsupported
from brainscore_core.stimuli import StimulusSet
from brainscore_vision import wrap
from brainscore_vision.commitments.physiology import Physiology
from brainscore_vision.testing import check_model
from brainscore_vision.trials import Sampling

pytestmark = pytest.mark.usefixtures("home")
IMAGES = {f"s{n}": np.random.default_rng(n).integers(0, 256, (6, 6), dtype=np.uint8) for n in range(5)}
TRIALS = (Sampling(),)


class Spiking(torch.nn.Module):
    def forward(self, mean):
        return mean

    def sample(self, mean, noise):
        return mean + noise * mean.sqrt()


class Network(torch.nn.Module):
    def __init__(self, part=Spiking):
        super().__init__()
        self.first, self.noise, self.last = torch.nn.Flatten(), part(), torch.nn.Linear(36, 7)
        torch.manual_seed(0)
        torch.nn.init.normal_(self.last.weight)

    def forward(self, x):
        return self.last(self.noise(self.first(x)))


def prepare(image):
    image = image if image.ndim == 2 else image[..., 0]
    return image[None, :6, :6].astype(np.float32)


def model(network=None, trials=TRIALS):
    layers = {"V1": "noise", "IT": "last"}
    physiology = Physiology(trials=trials)
    return wrap(network or Network(), preprocessing=prepare, layers=layers, visual_degrees=8, physiology=physiology)


def record(subject, region="V1", trials=1, order=range(5), seed=0, batch_size=None, **options):
    ids = [f"s{number}" for number in order]
    stimuli = StimulusSet(pd.DataFrame({"stimulus_id": ids}), identifier="five", open=IMAGES.__getitem__)
    subject.configure(cache=False, seed=seed, batch_size=batch_size)
    subject.start_recording(region, **options)
    return subject.look_at(stimuli, trials).values.reshape(trials, len(ids), -1)


@pytest.mark.filterwarnings("error")
def test_trials_differ_by_what_the_part_draws():
    means = record(model(trials=()))[0]
    drawn = record(model(), trials=400)
    np.testing.assert_allclose(drawn.mean(axis=0), means, atol=5 * (255 / 400) ** 0.5)
    np.testing.assert_allclose((drawn.var(axis=0) / np.maximum(means, 1)).mean(), 1, atol=0.1)


def test_what_follows_receives_what_was_drawn():
    network = Network()
    drawn, answered = record(model(network), trials=3), record(model(network), "IT", trials=3)
    with torch.no_grad():
        np.testing.assert_allclose(answered, network.last(torch.from_numpy(drawn)).numpy(), rtol=1e-4, atol=1e-3)


def test_a_draw_hangs_on_seed_trial_and_stimulus_alone():
    whole = record(model(), trials=2)
    np.testing.assert_array_equal(record(model(), trials=2, order=[3, 1], batch_size=1), whole[:, [3, 1]])
    assert not np.allclose(record(model(), trials=2, seed=1), whole)
    units = ["noise.30", "noise.2"]
    np.testing.assert_array_equal(record(model(), trials=2, units=units), whole[..., [30, 2]])


def test_it_keeps_every_promise_and_names_the_model():
    check_model(model())
    assert model().digest() not in (None, model(trials=()).digest())


def test_networks_without_a_random_part_are_refused():
    with pytest.raises(InvalidParameter, match="no part that is random"):
        record(model(Network(torch.nn.Identity)))
    with pytest.raises(Unsupported, match="sampling"):
        record(
            wrap(
                lambda batch: {"V1": batch.reshape(len(batch), -1)},
                layers={"V1": "V1"},
                visual_degrees=8,
                physiology=Physiology(trials=Sampling()),
            )
        )
