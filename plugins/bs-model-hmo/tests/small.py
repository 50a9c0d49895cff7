"""A small space, and generated images of eight kinds."""

import numpy as np

from bs_model_hmo.space import Choice, NormalisationSpace, layered

KINDS = [f"{degrees}/{period}" for degrees in (0, 45, 90, 135) for period in (4, 9)]
NOISE = 15
PIXELS = 32

SMALL = layered(
    [Choice((4, 8)), Choice((4, 8)), Choice((4, 8))],
    NormalisationSpace(Choice((2, 3)), Choice((False, True)), Choice((1.0,)), Choice((0.1, 1.0))),
    filter_size=Choice((2, 3)),
    filter_mean=Choice((0.0,)),
    filter_norm=Choice((1.0,)),
    minimum=Choice((None, 0.0)),
    maximum=Choice((None, 1.0)),
    pool_size=Choice((2, 3)),
    order=Choice((1.0, 2.0, 10.0)),
    stride=Choice((2,)),
)


def gratings(each, seed=0):
    """Images (height, width) uint8 and names: gratings of any phase in noise, of four orientations and two periods."""
    generator = np.random.default_rng(seed)
    y, x = np.mgrid[:PIXELS, :PIXELS]
    images, names = [], []
    for name in KINDS * each:
        degrees, period = map(float, name.split("/"))
        across = x * np.cos(np.deg2rad(degrees)) + y * np.sin(np.deg2rad(degrees))
        wave = np.sin(2 * np.pi * (across / period + generator.random()))
        values = 128 + 30 * wave + NOISE * generator.normal(size=wave.shape)
        images.append(values.clip(0, 255).astype(np.uint8))
        names.append(name)
    return images, names
