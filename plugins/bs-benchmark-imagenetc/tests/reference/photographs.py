"""Natural photographs that both sides corrupt: the first ones of Cowley et al. 2023, enlarged to 224 pixels."""

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import numpy as np
from PIL import Image

COUNT = 12
_ARCHIVE = Path("cowley2023", "data_V4_responses", "images", "images_210325.zip")


def photographs(data):
    """uint8 (224, 224, 3), from the folder of published files."""
    with ZipFile(Path(data) / _ARCHIVE) as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".jpg"))[: 40 * COUNT : 40]
        images = [Image.open(BytesIO(archive.read(name))).convert("RGB") for name in names]
    return [np.asarray(image.resize((224, 224), Image.Resampling.BILINEAR)) for image in images]


def psnr(image, changed):
    """Peak signal to noise ratio in dB."""
    return float(-10 * np.log10(max(np.mean((image / 255 - changed / 255) ** 2), 1e-10)))
