"""A movie experiment whose answer is known: neurons that are made of a network with state, and two models of them."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch

RATE, SIDE = 25.0, 48
BINS = tuple((200.0 * n, 200.0 * n + 200) for n in range(4))
"""Of the recording, in ms after the onset of an excerpt."""


class Moving:
    """Frames of a texture that drifts and jumps now and then; generated when asked for."""

    def __init__(self, seed: int, count: int):
        generator = np.random.default_rng(seed)
        coarse = generator.integers(0, 256, (40, 40)).astype(np.float64)
        self._texture = np.kron(coarse, np.ones((6, 6))).astype(np.uint8)
        steps = generator.integers(-4, 5, (count, 2)) + generator.choice([0, 60], (count, 2), p=[0.9, 0.1])
        self._at = np.cumsum(steps, axis=0) % (240 - SIDE)

    def __len__(self) -> int:
        return len(self._at)

    def __getitem__(self, number: int) -> np.ndarray:
        top, left = self._at[number]
        return self._texture[top : top + SIDE, left : left + SIDE]


class Leaky(torch.nn.Module):
    """Responses of a convolution decay: `keep` of them is left with the next frame; 0: no state."""

    def __init__(self, keep: float):
        super().__init__()
        with torch.random.fork_rng():
            torch.manual_seed(0)
            self.drive = torch.nn.Conv2d(1, 16, 9, stride=4, padding=4)
        self.pooled = torch.nn.AdaptiveAvgPool2d(5)
        self.keep = keep
        self.reset()

    def reset(self) -> None:
        """Before a clip."""
        self.state: Any = 0.0

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        """One frame, or without state any number."""
        driven = torch.relu(self.drive(frames))
        self.state = self.keep * self.state + (1 - self.keep) * driven if self.keep else driven
        return self.pooled(self.state).flatten(1)


@dataclass(frozen=True)
class Known:
    """Movies cut into excerpts, and neurons that are a random mixture of what the network with state computes.

    Parameters
    ----------
    movies : int
    seconds : float
        Of each.
    neurons, trials : int
    noise : float
        Standard deviation of a trial, that of the responses being 1.
    """

    movies: int = 20
    seconds: float = 3.2
    neurons: int = 8
    trials: int = 8
    noise: float = 1.5
    keep: float = 0.85

    @cached_property
    def stimuli(self) -> Any:
        """Excerpts of .8 s, with the movie that each is from in the column ``clip``."""
        import pandas as pd

        from brainscore_core.stimuli import StimulusSet
        from brainscore_vision.movies import MOVIES, ArrayClip, excerpts

        count = round(self.seconds * RATE)
        made = {f"movie{number}": ArrayClip(Moving(number, count), RATE) for number in range(self.movies)}
        table = pd.DataFrame({"stimulus_id": list(made), "degrees": 8.0})
        whole = StimulusSet(
            table, identifier="moving textures", open=made.__getitem__, key=lambda name: f"{self}{name}", kind=MOVIES
        )
        return excerpts(whole, BINS[-1][1] / 1000)

    def model(self, state: bool) -> Any:
        """The network that the neurons are made of, or the same without its state."""
        from brainscore_vision import wrap
        from brainscore_vision.activations.preprocessing import Preprocessing
        from brainscore_vision.commitments.movie_model import Frames, WithState, watching

        prepare = Preprocessing(colours="L", mean=(0.5,), std=(0.25,))
        name = "leaky" if state else "leaky-without-state"
        network = Leaky(self.keep if state else 0.0).eval().requires_grad_(False)
        options: dict[str, Any] = {"layers": {"V1": "pooled"}, "visual_degrees": 8, "identifier": name}
        return watching(wrap(network, preprocessing=prepare, **options), WithState() if state else Frames())

    def recording(self) -> Any:
        """Responses (presentation, neuroid, time bin) with trial noise."""
        from brainscore_core.assemblies import NeuroidAssembly
        from brainscore_vision import place_on_screen

        model = self.model(True)
        model.configure(cache=False)
        model.start_recording("V1", time_bins=BINS)
        signal = model.look_at(place_on_screen(self.stimuli, 8))
        generator = np.random.default_rng(1)
        mixing = generator.normal(size=(signal.sizes["neuroid"], self.neurons))
        clean = np.einsum("pub,un->pnb", signal.values.astype(np.float64), mixing)
        clean = (clean - clean.mean((0, 2), keepdims=True)) / clean.std((0, 2), keepdims=True)
        values = np.concatenate([clean + self.noise * generator.normal(size=clean.shape) for _ in range(self.trials)])
        coords = {
            "stimulus_id": ("presentation", np.tile(self.stimuli.ids, self.trials)),
            "clip": ("presentation", np.tile(self.stimuli["clip"].to_numpy(dtype=str), self.trials)),
            "repetition": ("presentation", np.repeat(np.arange(self.trials), len(self.stimuli))),
            "neuroid_id": ("neuroid", [f"n{number}" for number in range(self.neurons)]),
            "region": ("neuroid", ["V1"] * self.neurons),
            "time_bin_start": ("time_bin", [start for start, _ in BINS]),
            "time_bin_end": ("time_bin", [end for _, end in BINS]),
        }
        return NeuroidAssembly(values, dims=("presentation", "neuroid", "time_bin"), coords=coords)

    def benchmark(self) -> Any:
        """Predictivity over time; folds are grouped by movie."""
        from brainscore_core.contracts import DataEntry, DataInfo, MetricSpec
        from brainscore_vision.benchmarks.neural_predictivity import NeuralPredictivity

        info = DataInfo("generated", access="public")
        folds = {"stratification_coord": None, "group_coord": "clip", "splits": 10}
        return NeuralPredictivity(
            "movies-of-a-known-model",
            data=DataEntry("movies-of-a-known-model", self.recording, info),
            stimuli=DataEntry("moving textures", lambda: self.stimuli, info),
            region="V1",
            parent="V1",
            version=1,
            species="",
            visual_degrees=8,
            time_bins=BINS,
            metric=MetricSpec("spantime_ridge", alpha=1.0, mode="honest", crossvalidation_kwargs=folds),
            ceiling_metric=MetricSpec("internal_consistency_temporal"),
        )
