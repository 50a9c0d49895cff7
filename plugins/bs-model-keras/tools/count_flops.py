"""Write ``flops.json`` for the rows of ``table.json``: ``KERAS_BACKEND=torch python tools/count_flops.py [SECONDS]``.

Networks are made without data and run on the device ``meta`` of PyTorch, where nothing is computed but all is counted.
Rows that the file has already are not counted again, so that a run that was cut off, or was given SECONDS, goes on.
"""

import json
import sys
import time
from pathlib import Path

import keras
import torch

import bs_model_keras
from brainscore_vision.activations.torch_flops import count_flops
from brainscore_vision.families import Row

FLOPS = Path(__file__).parent.parent / "src" / "bs_model_keras" / "flops.json"


def counted(row: Row) -> int:
    """Operations for one input."""
    settings = {name: tuple(value) if isinstance(value, list) else value for name, value in row.settings.items()}
    with keras.device("meta"):
        network = getattr(keras.applications, row.architecture)(weights=None, **settings)
        return count_flops(network, torch.empty(1, *settings["input_shape"], device="meta"))


def main(seconds: float) -> None:
    """Count what is missing; what does not run on PyTorch is told, and left out."""
    found = json.loads(FLOPS.read_text(encoding="utf-8")) if FLOPS.is_file() else {}
    end = time.monotonic() + seconds
    for name, row in bs_model_keras.keras.rows().items():
        if name in found or time.monotonic() > end:
            continue
        try:
            found[name] = counted(row)
        except ValueError as error:  # networks that run on TensorFlow alone
            sys.stderr.write(f"{name} is left out ({error})\n")
    FLOPS.write_text(json.dumps(dict(sorted(found.items())), indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else float("inf"))
