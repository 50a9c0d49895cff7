"""The door to a model's gradients: its PyTorch network, its preprocessing, and the classes that it commits."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from brainscore_core.errors import UnsupportedTask
from brainscore_vision.behavior.classes import classes_of, imagenet_classes

LEVELS = 255
CLOSE = 1e-3
"""Of its range: how far an input may be from what an affine preprocessing makes of mid-grey."""


class Victim:
    """A model as a function of pixels from 0 to 1 that can be differentiated.

    Pixels are those of the network's input: after the preprocessing has resized and cropped, before it has scaled. That
    scaling is read off what the preprocessing makes of black and of white, and must be affine.

    Parameters
    ----------
    model : BrainModel
        One with ``engine`` (its ``network`` holds a PyTorch ``module``) and ``behavior`` (names of the classes of its
        scores), as :class:`~brainscore_vision.commitments.committed_model.CommittedModel` has them.
    labels : sequence of str or 'imagenet'
        To choose from.

    Raises
    ------
    UnsupportedTask
        If the model gives no gradients, commits no scores of classes, or cannot name a label.
    """

    def __init__(self, model: Any, labels: Sequence[str] | str):
        self.identifier = model.identifier
        network = getattr(getattr(model, "engine", None), "network", None)
        module = getattr(network, "module", None)
        if not isinstance(module, torch.nn.Module):
            raise UnsupportedTask(
                f"{self.identifier} gives no gradients", expected="a model whose network is a torch.nn.Module"
            )
        if getattr(model, "perturbations", ()):
            raise UnsupportedTask(
                f"{self.identifier} is perturbed, and gradients are those of the network without it",
                expected="a model as it was committed",
            )
        behavior = model.behavior
        if not behavior.scores or behavior.outputs != "logits":
            raise UnsupportedTask(
                f"{self.identifier} commits no logits of known classes",
                expected="Behavior(scores=LAYER, classes=..., outputs='logits')",
            )
        self.labels = tuple(imagenet_classes() if isinstance(labels, str) else labels)
        members = classes_of(self.labels, behavior.classes, behavior.labels, self.identifier)
        self._module, self._layer = module, behavior.scores
        self._preprocessing, self._temperature = model.engine.preprocessing, behavior.temperature
        self._members = [torch.from_numpy(np.asarray(entry)) for entry in members]

    @property
    def device(self) -> torch.device:
        """Where the network lies."""
        parts = (*self._module.parameters(), *self._module.buffers())
        return parts[0].device if parts else torch.device("cpu")

    def pixels(self, image: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """A placed image as the network sees it.

        Parameters
        ----------
        image : uint8 array, (height, width) or (height, width, 3)

        Returns
        -------
        pixels, low, span : float32 arrays of the shape of one input
            The input is ``low + span * pixels``; `span` is 0 where no pixel has a say, as in padding.

        Raises
        ------
        UnsupportedTask
            If the preprocessing is not affine in the pixels.
        """
        shown = self._input(image)
        low, high, middle = (self._input(np.full_like(image, level)) for level in (0, LEVELS, LEVELS // 2))
        span = high - low
        expected = low + span * (LEVELS // 2 / LEVELS)
        if np.abs(middle - expected).max() > CLOSE * max(float(np.abs(span).max()), 1e-12):
            raise UnsupportedTask(
                f"preprocessing of {self.identifier} is not affine in the pixels", expected="scaling and shifting only"
            )
        pixels = np.divide(shown - low, span, out=np.zeros_like(shown), where=span != 0)
        return np.clip(pixels, 0, 1), low, span

    def evidence(self, inputs: torch.Tensor) -> torch.Tensor:
        """Logarithm of each label's mean probability, shape (image, label), with its graph.

        Mean over the classes that a label names, as in Geirhos et al. 2021.

        Raises
        ------
        UnsupportedTask
            If the network cuts the graph.
        """
        scores = self._scores(inputs.to(self._precision))
        if inputs.requires_grad and not scores.requires_grad:
            raise UnsupportedTask(
                f"{self.identifier} cuts the graph of its gradients", expected="differentiable layers"
            )
        logs = torch.log_softmax(scores.flatten(1).double() / self._temperature, dim=1)
        if all(len(entry) == 1 for entry in self._members):  # as for ImageNet: a thousand sums of one would be slow
            return logs[:, torch.cat(self._members).to(logs.device)]
        pooled = [
            torch.logsumexp(logs[:, entry.to(logs.device)], dim=1) - np.log(len(entry)) for entry in self._members
        ]
        return torch.stack(pooled, dim=1)

    @property
    def _precision(self) -> torch.dtype:
        return next((part.dtype for part in self._module.parameters() if part.is_floating_point()), torch.float32)

    def _input(self, image: np.ndarray) -> np.ndarray:
        made = image if self._preprocessing is None else self._preprocessing(image)
        made = made.detach().cpu().numpy() if isinstance(made, torch.Tensor) else np.asarray(made)
        return made.astype(np.float32)

    def _scores(self, inputs: torch.Tensor) -> torch.Tensor:
        kept: list[torch.Tensor] = []
        parts = dict(self._module.named_modules())
        if self._layer not in parts:
            return self._forward(inputs)
        handle = parts[self._layer].register_forward_hook(lambda _module, _inputs, output: kept.append(output))
        try:
            self._forward(inputs)
        finally:
            handle.remove()
        return kept[-1]

    def _forward(self, inputs: torch.Tensor) -> Any:
        flags = [(part, part.training) for part in self._module.modules()]
        self._module.eval()
        try:
            return self._module(inputs)
        finally:
            for part, training in flags:
                part.training = training
