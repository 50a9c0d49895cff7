"""Digital: images are RGB, float64, 0 to 1, shape (size, size, 3)."""

from io import BytesIO

import numpy as np


def contrast(image: np.ndarray, parameters: float, rng: np.random.Generator) -> np.ndarray:
    """Differences from the mean of each channel are scaled."""
    mean = image.mean((0, 1), keepdims=True)
    return mean + (image - mean) * parameters


def elastic_transform(
    image: np.ndarray, parameters: tuple[float, float, float], rng: np.random.Generator
) -> np.ndarray:
    """A random affine map, then a random smooth displacement."""
    from scipy.ndimage import gaussian_filter

    displacement, smoothness, corners = parameters
    height, width = image.shape[:2]
    rows, columns = np.mgrid[:height, :width].astype(np.float64)
    image = _sampled(image, *_affine(rows, columns, corners, rng), mode="mirror")
    right, down = (
        displacement * gaussian_filter(rng.uniform(-1, 1, (height, width)), smoothness, mode="reflect", truncate=3)
        for _ in range(2)
    )
    return _sampled(image, rows + down, columns + right, mode="reflect")


def pixelate(image: np.ndarray, parameters: float, rng: np.random.Generator) -> np.ndarray:
    """Reduced to a share of the width, and enlarged again."""
    from PIL import Image

    whole = Image.fromarray(np.rint(image * 255).astype(np.uint8))
    small = whole.resize(tuple(int(side * parameters) for side in whole.size), Image.Resampling.BOX)
    return np.asarray(small.resize(whole.size, Image.Resampling.BOX)) / 255


def jpeg_compression(image: np.ndarray, parameters: int, rng: np.random.Generator) -> np.ndarray:
    """JPEG of a quality."""
    return jpeg(np.rint(image * 255).astype(np.uint8), parameters) / 255


def jpeg(pixels: np.ndarray, quality: int) -> np.ndarray:
    """uint8 pixels after JPEG compression of a quality."""
    from PIL import Image

    file = BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file))


def _affine(
    rows: np.ndarray, columns: np.ndarray, shift: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Where each pixel comes from when three corners about the centre move by up to `shift` pixels."""
    height, width = rows.shape
    centre = np.array([height, width]) // 2
    reach = min(height, width) // 3
    before = centre + reach * np.array([[1, 1], [1, -1], [-1, -1]])  # (x, y)
    after = before + rng.uniform(-shift, shift, before.shape)
    back, *_ = np.linalg.lstsq(np.column_stack([after, np.ones(3)]), before.astype(np.float64), rcond=None)
    return (
        back[0, 1] * columns + back[1, 1] * rows + back[2, 1],
        back[0, 0] * columns + back[1, 0] * rows + back[2, 0],
    )


def _sampled(image: np.ndarray, rows: np.ndarray, columns: np.ndarray, mode: str) -> np.ndarray:
    """Bilinear."""
    from scipy.ndimage import map_coordinates

    channels = [map_coordinates(channel, (rows, columns), order=1, mode=mode) for channel in np.moveaxis(image, -1, 0)]
    return np.stack(channels, axis=-1)
