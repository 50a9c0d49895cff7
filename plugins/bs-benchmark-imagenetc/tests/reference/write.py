"""Writes psnr.json: what the authors' own code does to the photographs. Run where their package is installed.

``pip install imagenet-c wand 'numpy<2' 'scikit-image<0.22' 'scipy<1.11'``, with ImageMagick's library for its motion
blur; then ``python write.py FOLDER_OF_PUBLISHED_FILES``.
"""

import json
import sys
from pathlib import Path

import numpy as np
from imagenet_c import corrupt, corruptions
from photographs import photographs, psnr

SEEDS = 4
LEFT_OUT = "frost"


def modern(gaussian):
    """scikit-image's filter, which was told of channels by another name."""

    def smooth(image, sigma, multichannel=None, **options):
        return gaussian(image, sigma=sigma, channel_axis=-1 if multichannel else None, **options)

    return smooth


def main(data):
    corruptions.gaussian = modern(corruptions.gaussian)
    found = {}
    for function in (entry for entry in NAMES if entry != LEFT_OUT):
        for severity in range(1, 6):
            np.random.seed(severity)
            values = [
                [psnr(image, corrupt(image, severity, function)) for _ in range(SEEDS)] for image in photographs(data)
            ]
            found[f"{function}/{severity}"] = np.round(values, 3).tolist()
    lines = ",\n".join(f'"{name}": {json.dumps(values)}' for name, values in found.items())
    Path(__file__).with_name("psnr.json").write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")


NAMES = (
    "gaussian_noise shot_noise impulse_noise defocus_blur glass_blur motion_blur zoom_blur snow frost fog brightness"
    " contrast elastic_transform pixelate jpeg_compression"
).split()

if __name__ == "__main__":
    main(sys.argv[1])
