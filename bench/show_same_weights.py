# /// script
# dependencies = [
#     "brainscore-vision[torch]>=3,<4",
#     "bs-benchmark-cowley2023>=1,<2",
#     "bs-benchmark-kriegeskorte2008>=1,<2",
#     "bs-model-keras>=1,<2",
# ]
# ///
"""One Keras and one PyTorch network with the same weights: activations of every stage, and scores.

``python bench/show_same_weights.py [BENCHMARK ...]``; with KERAS_BACKEND=torch it is PyTorch that Keras computes with.
"""

import sys
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import nn

from brainscore_core import load_model, score
from brainscore_vision import wrap
from brainscore_vision.activations.keras_content import as_array
from brainscore_vision.activations.keras_network import import_keras

NAME = "MobileNet.0.25-128-untrained"
BENCHMARKS = ("Kriegeskorte2008.IT-human-rdm", "Kriegeskorte2008.IT-monkey-rdm")


def weights(layer: Any) -> list[torch.Tensor]:
    """Of a Keras layer."""
    return [torch.tensor(np.array(as_array(weight.value))) for weight in layer.weights]


def settled(network: Any) -> Any:
    """The network with the statistics that noise has in each of its layers, and units that are mostly above 0.

    With the statistics before training nothing of an image is left after 27 layers; with units at 0 in the middle,
    each layer enlarges the rounding of the one before (Yang et al. 2019, A Mean Field Theory of Batch Normalization).
    """
    generator = np.random.default_rng(1)
    parts = [layer for layer in network.layers if "BatchNormalization" in type(layer).__name__]
    network.trainable = True  # else normalisation keeps its statistics
    for layer in parts:
        layer.momentum = 0.0
        layer.gamma.assign(np.full(layer.gamma.shape, 0.5, np.float32))
        layer.beta.assign(generator.uniform(0.2, 0.8, layer.beta.shape).astype(np.float32))
    network(generator.normal(0, 0.5, (32, *network.input_shape[1:])).astype(np.float32), training=True)
    network.trainable = False
    return network


def padding(layer: Any) -> list[int]:
    """Left, right, top and bottom of what Keras calls same: beyond the end first."""
    if layer.padding == "valid":
        return [0, 0, 0, 0]
    total = layer.kernel_size[0] - layer.strides[0]
    return [total // 2, total - total // 2] * 2


def convolution(layer: Any, *, depthwise: bool) -> nn.Module:
    """A convolution without bias, after its padding."""
    (kernel,) = weights(layer)
    kernel = kernel.permute(2, 3, 0, 1) if depthwise else kernel.permute(3, 2, 0, 1)
    groups = len(kernel) if depthwise else 1
    made = nn.Conv2d(kernel.shape[1] * groups, len(kernel), kernel.shape[2], layer.strides, groups=groups, bias=False)
    made.weight.data = kernel.contiguous()
    return nn.Sequential(nn.ZeroPad2d(padding(layer)), made)


def normalisation(layer: Any) -> nn.Module:
    """A normalisation with the statistics of training."""
    gamma, beta, mean, variance = weights(layer)
    made = nn.BatchNorm2d(len(gamma), layer.epsilon)
    made.weight.data, made.bias.data, made.running_mean, made.running_var = gamma, beta, mean, variance
    return made


def twin(network: Any) -> nn.Module:
    """MobileNet v1 in PyTorch, as far as its pooling, with the weights and names of a Keras model."""
    parts: OrderedDict[str, nn.Module] = OrderedDict()
    for layer in network.layers:
        match type(layer).__name__:
            case "Conv2D" if layer.name != "conv_preds":
                parts[layer.name] = convolution(layer, depthwise=False)
            case "DepthwiseConv2D":
                parts[layer.name] = convolution(layer, depthwise=True)
            case "BatchNormalization":
                parts[layer.name] = normalisation(layer)
            case "ReLU":
                parts[layer.name] = nn.ReLU6()
            case "ZeroPadding2D":
                (top, bottom), (left, right) = layer.padding
                parts[layer.name] = nn.ZeroPad2d((left, right, top, bottom))
            case "GlobalAveragePooling2D":
                break
    return nn.Sequential(parts)


def models() -> tuple[Any, Any]:
    """The two brain models: the same layers, degrees and pixels, each in its framework's order of dimensions."""
    import_keras()
    loaded = load_model(f"keras:{NAME}")
    network, preprocessing = settled(loaded.engine.network.model), loaded.engine.preprocessing
    made = [
        wrap(
            net,
            identifier=f"mobilenet-in-{framework}",
            preprocessing=replace(preprocessing, layout=layout),
            layers=loaded.commitment,
            visual_degrees=loaded.visual_degrees(),
        )
        for net, framework, layout in ((network, "keras", "HWC"), (twin(network), "pytorch", "CHW"))
    ]
    return made[0], made[1]


def differences(one: Any, other: Any) -> dict[str, float]:
    """Layer to the largest difference of activations to 4 images of noise, over the layer's maximum."""
    images = np.random.default_rng(0).integers(0, 256, (4, 160, 160, 3), dtype=np.uint8)
    layers = list(one.commitment)
    recorded = [
        model.engine.network.record([model.engine.preprocessing(image) for image in images], layers)
        for model in (one, other)
    ]
    found = {}
    for layer in layers:
        ours = recorded[0][layer].reshape(4, *one.engine.network.forms[layer].shape)
        theirs = recorded[1][layer].reshape(4, *other.engine.network.forms[layer].shape).transpose(0, 2, 3, 1)
        found[layer] = float(np.abs(ours - theirs).max() / np.abs(ours).max())
    return found


def main(benchmarks: Sequence[str]) -> None:
    """Print both tables."""
    one, other = models()
    print(f"Keras {import_keras().__version__} on {import_keras().backend.backend()}, PyTorch {torch.__version__}\n")
    print("| layer | largest difference / largest activation |\n|---|---|")
    for layer, value in differences(one, other).items():
        print(f"| {layer} | {value:.1e} |")
    print("\n| benchmark | raw, Keras | raw, PyTorch | difference |\n|---|---|---|---|")
    for benchmark in benchmarks:
        raw = [score(model, benchmark).raw.value for model in (one, other)]
        print(f"| {benchmark} | {raw[0]:.6f} | {raw[1]:.6f} | {abs(raw[0] - raw[1]):.1e} |")


if __name__ == "__main__":
    main(sys.argv[1:] or BENCHMARKS)
