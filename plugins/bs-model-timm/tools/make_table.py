"""Write ``table.json`` from the installed timm: ``python tools/make_table.py`` (5 minutes on one core, 2 GB).

Everything is what the library says: architectures and tags, addresses, preprocessing, licences, stages
(``feature_info``), papers (of the weights, of the function that builds the architecture, of its class, of its module).
Numbers of parameters are counted, and stages checked to take part in a forward pass, on tensors without data.
"""

import inspect
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

from brainscore_vision.families.torchvision_import import import_torchvision

import_torchvision()
timm = __import__("timm")

FOLDER = Path(__file__).parent
TABLE = FOLDER.parent / "src" / "bs_model_timm" / "table.json"
HASHES = json.loads((FOLDER / "hashes.json").read_text(encoding="utf-8"))["files"]
HUB = "https://huggingface.co/{}/resolve/main/model.safetensors"
NAMED_BY_HASH = re.compile(r"https://.+[-_]([0-9a-f]{8,})\.pth")
ARXIV = re.compile(r"arxiv\.org/(?:abs|pdf)/(\d{4}\.\d{4,5})")
TITLE = re.compile(
    r"[`'\"]([^`'\"\n]{8,200})[`'\"]?\s*[-:,]?\s*(?:\n\s*[-:]?\s*)?"
    r"https?://arxiv\.org/(?:abs|pdf)/(\d{4}\.\d{4,5})"
)

MISNAMED = {
    # names in feature_info under which the network has no module, by class
    "Gemma4VitClassifier": ("blocks.", "encoder.blocks."),
    "MobileNetV5": ("bn1", "conv_stem"),
    "MobileNetV5Encoder": ("bn1", "conv_stem"),
    "MultiScaleVit": ("block.", "stages."),
    "Twins": ("block.", "blocks."),
}
UNNAMED = {
    # networks whose feature_info does not name modules
    "HighResolutionNet": ["act2", "layer1", "stage2", "stage3", "stage4"],
    "TResNet": ["body.conv1", "body.layer1", "body.layer2", "body.layer3", "body.layer4"],
}

SECOND = ("TNT",)
"""Networks whose blocks return what is within patches, and second the tokens of patches, which are meant."""


class Columns:
    """Values that many rows share, each written once."""

    def __init__(self) -> None:
        self.values: list[Any] = []

    def index(self, value: Any) -> int:
        """Where a value stands."""
        if value not in self.values:
            self.values.append(value)
        return self.values.index(value)


def source(config: dict[str, Any]) -> tuple[str, str]:
    """Address, and the known digits of its hash: safetensors where there are any, else a file whose name says them."""
    if hub := config.get("hf_hub_id"):
        place = HUB.format(hub)
        return place, HASHES.get(place, "")
    url = config.get("url") or ""
    found = NAMED_BY_HASH.fullmatch(url)
    return (url, found.group(1)) if found else ("", "")


def stages(network: torch.nn.Module) -> list[str]:
    """The layers that the library says stages end with, each once; pooling alone is no stage."""
    kind = type(network).__name__
    wrong, right = MISNAMED.get(kind, ("", ""))
    names = UNNAMED.get(kind) or [entry["module"].replace(wrong, right, 1) for entry in list(network.feature_info)]
    names = list(dict.fromkeys(names))
    if "parallel_blocks" in names:  # of CoaT they join what four stages have computed
        names = [f"serial_blocks{index}" for index in (1, 2, 3, 4)]
    return [name for name in names if not isinstance(network.get_submodule(name), torch.nn.MaxPool2d)]


def called(network: torch.nn.Module, layers: list[str], size: tuple[int, int, int]) -> list[str]:
    """Those that take part in a forward pass, in its order; of a list of modules, which is none itself, the last."""
    seen: list[str] = []
    watched = [*layers, *(f"{name}.{child}" for name in layers for child, _ in children(network, name))]

    def hook(name: str) -> Any:
        def note(*_: Any) -> None:
            if name not in seen:
                seen.append(name)

        return note

    handles = [network.get_submodule(name).register_forward_hook(hook(name)) for name in watched]
    with torch.device("meta"), torch.inference_mode():
        network.eval()(torch.empty(2, *size))
    for handle in handles:
        handle.remove()
    ends = [
        name if name in seen else next(part for part in reversed(seen) if part.startswith(f"{name}."))
        for name in layers
    ]
    return sorted(ends, key=seen.index)


def children(network: torch.nn.Module, name: str) -> list[tuple[str, torch.nn.Module]]:
    """The parts of a list of modules."""
    part = network.get_submodule(name)
    return list(part.named_children()) if isinstance(part, torch.nn.ModuleList) else []


def parameters(network: torch.nn.Module) -> int:
    """How many numbers are trained."""
    return sum(part.numel() for part in network.parameters())


def short(names: list[str]) -> list[str]:
    """``["blocks.0", "blocks.1", "blocks.2"]`` as ``["blocks.0-2"]``."""
    prefix = names[0].rpartition(".")[0]
    if len(names) > 2 and names == [f"{prefix}.{index}" for index in range(len(names))]:
        return [f"{prefix}.0-{len(names) - 1}"]
    return names


def papers(name: str, network: torch.nn.Module, config: dict[str, Any]) -> list[str]:
    """Numbers on arXiv: of the weights, else of the most specific text that names one."""
    stated = config.get("paper_ids") or ()
    found = re.findall(r"\d{4}\.\d{4,5}", str(stated))
    texts = [timm.models.model_entrypoint(name).__doc__, type(network).__doc__]
    texts.append(sys.modules[type(network).__module__].__doc__)
    texts.append(sys.modules[timm.models.model_entrypoint(name).__module__].__doc__)
    for text in texts:
        if more := ARXIV.findall(inspect.cleandoc(text or "")):
            return list(dict.fromkeys([*found, more[0]]))
    return found


def titles() -> Iterator[tuple[str, str]]:
    """Titles of papers as the library's sources write them."""
    for path in sorted(Path(timm.__file__).parent.glob("models/*.py")):
        for title, number in TITLE.findall(path.read_text(encoding="utf-8")):
            yield number, " ".join(title.split())
    for tag in timm.list_models(pretrained=True):
        config = timm.models.get_pretrained_cfg(tag).to_dict()
        numbers = re.findall(r"\d{4}\.\d{4,5}", str(config.get("paper_ids") or ""))
        if numbers and config.get("paper_name"):
            yield numbers[0], config["paper_name"]


class Table:
    """What is written, as it is collected."""

    def __init__(self) -> None:
        self.inputs, self.licences, self.cited = Columns(), Columns(), Columns()
        self.architectures: dict[str, Any] = {}
        self.rows: list[Any] = []
        self._counts: dict[Any, int] = {}
        self._seen: set[tuple[str, ...]] = set()

    def add(self, name: str) -> None:
        """Add an architecture with all its weights."""
        default = timm.models.get_pretrained_cfg(name, allow_unregistered=True)
        config = default.to_dict() if default else {}
        with torch.device("meta"):
            network = timm.create_model(name)
        ends = stages(network)
        ends = self.in_order(network, ends, tuple(config.get("input_size", (3, 224, 224))))
        kind = type(network).__name__
        ends = [f"{end}:1" for end in ends] if kind in SECOND else short(ends)
        self.architectures[name] = {"kind": kind, "stages": ends}
        tags = timm.list_models(f"{name}.*", pretrained=True)
        entries = {tag: timm.models.get_pretrained_cfg(tag).to_dict() for tag in tags}
        if f"{name}.{config.get('tag')}" in tags:
            self.architectures[name]["default"] = config["tag"]
        else:
            entries[name] = config
        self._counts[name, config.get("num_classes"), tuple(config.get("input_size", ()))] = parameters(network)
        self.rows += [self.row(name, network, tag, entry) for tag, entry in entries.items()]

    def in_order(self, network: torch.nn.Module, ends: list[str], size: tuple[int, int, int]) -> list[str]:
        """Stages in the order of the forward pass; of networks that differ in numbers alone, one is run."""
        pattern = (type(network).__name__, *dict.fromkeys(re.sub(r"\d+", "N", name) for name in ends))
        if pattern in self._seen and not any(children(network, name) for name in ends):
            return ends
        order = called(network, ends, size)
        if order == ends:
            self._seen.add(pattern)
        return order

    def row(self, name: str, network: torch.nn.Module, tag: str, entry: dict[str, Any]) -> list[Any]:
        """One row: values, and where shared values stand."""
        place, digest = source(entry)
        prepared = [
            *entry.get("input_size", (3, 224, 224))[1:],
            entry.get("interpolation", "bicubic"),
            [round(value, 9) for value in entry.get("mean", (0.485, 0.456, 0.406))],
            [round(value, 9) for value in entry.get("std", (0.229, 0.224, 0.225))],
            entry.get("crop_pct", 0.875),
            entry.get("crop_mode", "center"),
        ]
        return [
            name,
            tag.partition(".")[2],
            self.count(tag, (name, entry.get("num_classes"), tuple(entry.get("input_size", ())))),
            entry.get("num_classes", 1000),
            self.inputs.index(prepared),
            self.licences.index(entry.get("license") or ""),
            self.cited.index(papers(name, network, entry)),
            place.replace("https://huggingface.co/timm/", "hub:").removesuffix("/resolve/main/model.safetensors"),
            digest,
        ]

    def count(self, tag: str, key: Any) -> int:
        """Numbers of parameters, which hang on the classes and on the size of the input."""
        if key not in self._counts:
            with torch.device("meta"):
                self._counts[key] = parameters(timm.create_model(tag))
        return self._counts[key]

    def write(self) -> None:
        """Write the file, a row or an architecture a line."""
        known = {number for entry in self.cited.values for number in entry}
        table = {
            "library": timm.__version__,
            "inputs": self.inputs.values,
            "licences": self.licences.values,
            "papers": self.cited.values,
            "titles": {number: title for number, title in sorted(dict(titles()).items()) if number in known},
            "architectures": self.architectures,
            "rows": self.rows,
        }
        lines = [f"{json.dumps(key)}: {json.dumps(value, separators=(',', ':'))}" for key, value in table.items()]
        lines = [line.replace("},", "},\n").replace("],[", "],\n[") for line in lines]
        TABLE.write_text("{" + ",\n".join(lines) + "}\n", encoding="utf-8")


def main() -> int:
    """Write the table; what could not be read is told, and left out."""
    table, failed = Table(), 0
    for name in timm.list_models():
        try:
            table.add(name)
        except Exception as error:  # some compute with values, which there are none of
            sys.stderr.write(f"{name} is left out ({type(error).__name__}: {str(error)[:300]})\n")
            failed += 1
    table.write()
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
