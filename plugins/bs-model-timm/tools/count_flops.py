"""Write ``flops.json`` for the rows of ``table.json`` by the installed timm: ``python tools/count_flops.py [SECONDS]``.

Networks are made without data and run on the device ``meta``, where nothing is computed but all is counted. Rows that
the file has already are not counted again, so that a run that was cut off, or was given SECONDS, goes on.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import torch

from brainscore_vision.activations.torch_flops import count_flops
from brainscore_vision.families.torchvision_import import import_torchvision

FOLDER = Path(__file__).parent.parent / "src" / "bs_model_timm"
TABLE, FLOPS = FOLDER / "table.json", FOLDER / "flops.json"


def counted(name: str, height: int, width: int) -> int:
    """Operations for one input of this size."""
    import timm

    with torch.device("meta"):
        return count_flops(timm.create_model(name).eval(), torch.empty(1, 3, height, width))


def rows() -> dict[str, tuple[Any, ...]]:
    """Name of each row to all that its count hangs on."""
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    return {
        f"{name}.{tag}" if tag else name: (name, *table["inputs"][prepared][:2], classes)
        for name, tag, _, classes, prepared, *_ in table["rows"]
    }


def main(seconds: float) -> int:
    """Count what is missing; what cannot be run without data is told, and left out."""
    import_torchvision()
    found = json.loads(FLOPS.read_text(encoding="utf-8")) if FLOPS.is_file() else {}
    everything, end = rows(), time.monotonic() + seconds
    known = {key: found[name] for name, key in everything.items() if name in found}
    failed = 0
    for name, key in everything.items():
        if name in found or time.monotonic() > end:
            continue
        if key not in known:
            try:
                known[key] = counted(name, *key[1:3])
            except Exception as error:  # some compute with values, which there are none of
                sys.stderr.write(f"{name} is left out ({type(error).__name__}: {str(error)[:200]})\n")
                failed += 1
                continue
        found[name] = known[key]
    FLOPS.write_text(json.dumps(dict(sorted(found.items())), indent=0) + "\n", encoding="utf-8")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else float("inf")))
