"""Write ``table.json`` from ``families.json`` and the installed transformers: ``python tools/make_table.py``.

``families.json`` says what repositories and papers publish: sizes, input, licence. Numbers of parameters and
of operations are counted, and stages found in a forward pass, on networks without data.
"""

import json
from pathlib import Path
from typing import Any

import torch

from brainscore_vision.activations.torch_flops import count_flops
from bs_model_huggingface.network import make
from bs_model_huggingface.stages import stages_of

FOLDER = Path(__file__).parent
TABLE = FOLDER.parent / "src" / "bs_model_huggingface" / "table.json"
NORMAL = {
    "half": {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]},
    "imagenet": {"mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]},
    "kinetics": {"mean": [0.45, 0.45, 0.45], "std": [0.225, 0.225, 0.225]},
    "clip": {"mean": [0.48145466, 0.4578275, 0.40821073], "std": [0.26862954, 0.26130258, 0.27577711]},
}


def paper(key: str, title: str, authors: str, year: int, number: str) -> dict[str, str]:
    """A paper by its preprint."""
    fields = {"title": title, "author": authors, "year": year, "eprint": number, "archivePrefix": "arXiv"}
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items()]
    return {"doi": f"10.48550/arXiv.{number}", "bibtex": f"@article{{{key}{year},\n" + ",\n".join(lines) + "\n}"}


def row(said: dict[str, Any], name: str, kind: str, size: str, pixels: int, own: dict[str, Any], *data: str) -> Any:
    """One row: what is said of it, and what its network is."""
    described = said["kinds"][kind]
    config = {**said["sizes"][size], **own}
    if "image_size" not in described.get("config", {}):
        config["image_size"] = pixels
    everything = described.get("config", {}) | config
    with torch.device("meta"):
        network = make(name, described["class"], everything, described["options"], None)
    frames = described.get("frames")
    shape = (1, frames, 3, pixels, pixels) if frames else (1, 3, pixels, pixels)
    return {
        "name": name,
        "kind": kind,
        "pixels": pixels,
        "config": config,
        "parameters": sum(part.numel() for part in network.parameters()),
        "stages": stages_of(network, pixels, frames),
        "flops": count_flops(network.eval(), torch.empty(shape, device="meta")),
        **({"data": data[0]} if data else {}),
    }


def main() -> None:
    """Write the table."""
    said = json.loads((FOLDER / "families.json").read_text(encoding="utf-8"))
    kinds = {
        key: {name: value for name, value in entry.items() if name != "normal"}
        | NORMAL[entry["normal"]]
        | {"config": entry.get("config", {})}
        for key, entry in said["kinds"].items()
    }
    table = {
        "papers": {key: paper(key, *entry) for key, entry in said["papers"].items()},
        "kinds": kinds,
        "rows": [row(said, *entry) for entry in said["rows"]],
    }
    lines = [f"{json.dumps(key)}: {json.dumps(value)}".replace("}, ", "},\n ") for key, value in table.items()]
    TABLE.write_text("{" + ",\n".join(lines) + "}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
