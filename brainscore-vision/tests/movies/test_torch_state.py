"""A PyTorch module with state: recorded to its end in every frame, reset at every clip, and the same network after."""

import numpy as np
import pytest

from brainscore_vision import place_on_screen, wrap
from brainscore_vision.commitments.movie_model import WithState, watching

from .making import clip_set, frames

torch = pytest.importorskip("torch", reason="a PyTorch module with state")
pytestmark = pytest.mark.usefixtures("home")
SHOWN = {"a": frames(20, seed=1), "b": frames(9, seed=2), "c": frames(13, seed=3)}
BINS = [(40 * n, 40 * n + 40) for n in range(9)]


def flat(frame: np.ndarray) -> np.ndarray:
    return frame.reshape(-1)[:40].astype(np.float32) / 255


class Feedback(torch.nn.Module):
    """Its first layer is driven by what its last one said of the frame before."""

    def __init__(self):
        super().__init__()
        self.first, self.last = torch.nn.Linear(40 + 5, 30), torch.nn.Linear(30, 5)
        self.reset()

    def reset(self):
        self.said = torch.zeros(1, 5)

    def forward(self, shown):
        self.said = self.last(torch.relu(self.first(torch.cat([shown, self.said], dim=1))))
        return self.said


def look(subject, stimuli):
    subject.start_recording("IT", time_bins=BINS)
    return subject.look_at(place_on_screen(stimuli, 8))


def test_a_pass_goes_on_after_the_layer_asked_for_and_the_state_with_it():
    torch.manual_seed(0)
    network = Feedback().eval().requires_grad_(False)
    subject = watching(wrap(network, preprocessing=flat, layers={"IT": "first"}, visual_degrees=8), WithState())
    digest = subject.digest()
    found = look(subject, clip_set(SHOWN))
    for row, shown in enumerate(SHOWN.values()):
        said, expected = torch.zeros(1, 5), []
        for frame in shown[:9]:
            drive = network.first(torch.cat([torch.from_numpy(flat(frame))[None], said], dim=1))
            said = network.last(torch.relu(drive))
            expected.append(drive[0].numpy())
        np.testing.assert_allclose(found.values[row].T, np.stack(expected), rtol=0, atol=1e-6)
    assert subject.digest() == digest is not None  # what it has seen makes no other network of it
    np.testing.assert_array_equal(look(subject, clip_set({"c": SHOWN["c"]})).values[0], found.values[2])
