"""Write ``table.json`` from the installed torchvision: ``python tools/make_table.py`` in an environment that has it.

What the library states is taken from it (addresses, numbers of parameters, preprocessing); what it does not state comes
from ``sources.json`` (papers, releases, whole hashes) and from :func:`stages`. Layers are checked to take part in a
forward pass, in this order.
"""

import json
import re
from pathlib import Path
from typing import Any

import torch

from brainscore_vision.activations.torch_flops import count_flops
from brainscore_vision.families.torchvision_import import import_torchvision
from brainscore_vision.families.video import windows

SOURCES = json.loads((Path(__file__).parent / "sources.json").read_text(encoding="utf-8"))
TABLE = Path(__file__).parent.parent / "src" / "bs_model_torchvision" / "table.json"
LICENCE = "BSD-3-Clause (library); terms of the weights not stated"
LICENCE_SWAG = "CC-BY-NC-4.0"
IMAGENET = "ImageNet (ILSVRC 2012): 1.28 million photographs with labels of 1000 classes"
SWAG = "3.6 billion Instagram images with hashtags (SWAG)"
KINETICS = "Kinetics-400: 240,000 clips of 10 s with labels of 400 actions of people"
SETTINGS = {
    "googlenet": {"transform_input": True, "aux_logits": False, "init_weights": True},
    "inception_v3": {"transform_input": True, "init_weights": True},
}


def stages(name: str, network: torch.nn.Module) -> list[str]:
    """The layer at the end of each stage."""
    match re.match(r"[a-z]+(_v\d)?", name).group():  # type: ignore[union-attr]
        case "alexnet":  # its authors divide it into five convolutional layers
            return [f"features.{index}" for index in (1, 4, 7, 9, 11)]
        case "vgg":
            pools = [i for i, part in enumerate(network.features) if isinstance(part, torch.nn.MaxPool2d)]
            return [f"features.{index - 1}" for index in pools]
        case "squeezenet":
            pools = [i for i, part in enumerate(network.features) if isinstance(part, torch.nn.MaxPool2d)]
            return [f"features.{index - 1}" for index in (*pools, len(network.features))]
        case "resnet" | "resnext" | "wide":
            return ["relu", "layer1", "layer2", "layer3", "layer4"]
        case "densenet":
            return ["features.relu0", *(f"features.denseblock{i}" for i in (1, 2, 3)), "features.norm5"]
        case "inception_v3":
            return ["Conv2d_2b_3x3", "Conv2d_4a_3x3", "Mixed_5d", "Mixed_6e", "Mixed_7c"]
        case "googlenet":
            return ["conv1", "conv3", "inception3b", "inception4e", "inception5b"]
        case "convnext" | "swin" | "swin_v2":
            return ["features.1", "features.3", "features.5", "features.7"]
        case "vit":
            return [f"encoder.layers.{child}" for child, _ in network.encoder.layers.named_children()]
        case "regnet":
            return ["stem", *(f"trunk_output.block{i}" for i in (1, 2, 3, 4))]
        case "shufflenet_v2":
            return ["conv1", "stage2", "stage3", "stage4"]
        case "maxvit":
            return ["stem", *(f"blocks.{i}" for i in range(4))]
        case "mobilenet_v2" | "mobilenet_v3" | "efficientnet" | "efficientnet_v2":
            return ends_of_resolutions(network, "features", before_head=1)
        case "mnasnet":
            return ends_of_resolutions(network, "layers", before_head=3)
    raise ValueError(f"the stages of {name} are not stated")


def video_stages(name: str, network: torch.nn.Module) -> list[str]:
    """The layer at the end of each stage of a video network."""
    match re.match(r"[a-z]+", name).group():  # type: ignore[union-attr]
        case "r" | "mc":
            return ["stem", "layer1", "layer2", "layer3", "layer4"]
        case "s":  # before each pooling, and the last
            pools = [i for i, part in enumerate(network.features) if isinstance(part, torch.nn.MaxPool3d)]
            return [f"features.{index - 1}" for index in (*pools, len(network.features))]
        case "mvit":
            return [f"blocks.{index}" for index in range(len(network.blocks))]
        case "swin":
            return ["features.0", "features.2", "features.4", "features.6"]
    raise ValueError(f"the stages of {name} are not stated")


def ends_of_resolutions(network: torch.nn.Module, container: str, *, before_head: int) -> list[str]:
    """The last part of each resolution, the convolutions between the last block and the pooling left out."""
    parts = list(network.get_submodule(container).named_children())[:-before_head]
    names = [f"{container}.{name}" for name, _ in parts]
    widths = sizes(network, names)
    return [name for name, coming in zip(names, [*names[1:], ""], strict=True) if widths[name] != widths.get(coming)]


def sizes(network: torch.nn.Module, layers: list[str], pixels: int = 224) -> dict[str, int]:
    """Rows of the map that each layer computes (of tokens: their number), in the order of the forward pass."""
    seen: dict[str, int] = {}

    def hook(name: str) -> Any:
        def note(_module: Any, _inputs: Any, output: torch.Tensor) -> None:
            seen.setdefault(name, output.shape[2 if output.ndim == 4 else 1])

        return note

    handles = [network.get_submodule(name).register_forward_hook(hook(name)) for name in layers]
    with torch.device("meta"):
        network.eval()(torch.empty(1, 3, pixels, pixels))
    for handle in handles:
        handle.remove()
    return seen


def evaluation(preset: Any) -> str:
    """How the library prepares photographs to measure accuracy."""
    resize, crop = preset.resize_size[0], preset.crop_size[0]
    return f"shorter side to {resize}, central {crop} x {crop}"


def released(architecture: str, weights: str) -> str:
    """The day of the first release of torchvision that is known to hold these weights."""
    days = SOURCES["releases"]
    special = [key for key in ("V2", "SWAG", "FEATURES") if key in weights]
    return days[special[0]] if special else days[longest(days, architecture)]


def longest(keys: Any, name: str) -> str:
    """The longest key that a name begins with."""
    return max((key for key in keys if name.startswith(key)), key=len)


def digest(filename: str) -> dict[str, Any]:
    """As many digits of the SHA-256 as are known, and the size in bytes where the whole file was seen."""
    published = re.search(r"-([0-9a-f]{8,})\.pth$", filename).group(1)  # type: ignore[union-attr]
    whole, size = SOURCES["hashes"].get(filename, (published, None))
    if not whole.startswith(published):
        raise ValueError(f"{filename} cannot have sha256 {whole}")
    return {"sha256": whole, **({"bytes": size} if size else {})}


def paper(entry: dict[str, Any]) -> dict[str, str]:
    """A paper by its preprint."""
    fields = {"title": entry["title"], "author": entry["authors"], "year": entry["year"], "eprint": entry["arxiv"]}
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
    bibtex = "\n".join([f"@article{{{entry['key']},", *lines, "  archivePrefix = {arXiv}", "}"])
    return {"doi": f"10.48550/arXiv.{entry['arxiv']}", "bibtex": bibtex}


def row(models: Any, name: str, entry: Any, first: bool) -> tuple[dict[str, Any], list[str]]:
    """A row of the table, and the stages of its architecture."""
    preset, filename, swag = entry.transforms(), entry.url.rpartition("/")[2], "SWAG" in entry.name
    pixels, settings = preset.crop_size[0], dict(SETTINGS.get(name, {}))
    if name.startswith("vit") and pixels != 224:
        settings["image_size"] = pixels
    with torch.device("cpu" if name.startswith("regnet") else "meta"):  # RegNet computes its widths with tensors
        network = models.get_model_builder(name)(weights=None, **settings).to("meta")
    found = stages(name, network)
    if (called := list(sizes(network, found, pixels))) != found:
        raise ValueError(f"{name} calls {called}, stated are {found}")
    made = {
        "name": name if first else f"{name}.{entry.name}",
        "architecture": name,
        "trained": f"{'trained with hashtags, then' if swag else 'trained'} to name objects ({entry.name})",
        "file": filename,
        **digest(filename),
        "parameters": entry.meta["num_params"],
        "flops": count_flops(network.eval(), torch.empty(1, 3, pixels, pixels, device="meta")),
        "pixels": pixels,
        "interpolation": preset.interpolation.value,
        "mean": [round(value, 6) for value in preset.mean],
        "std": [round(value, 12) for value in preset.std],
        "evaluation": evaluation(preset),
        "data": f"{SWAG}; {IMAGENET}" if swag else IMAGENET,
        "licence": LICENCE_SWAG if swag else LICENCE,
        "released": released(name, entry.name),
    }
    extra = {"papers": ["swag"] if swag else [], "settings": settings}
    return made | {key: value for key, value in extra.items() if value}, found


def video_row(models: Any, name: str, entry: Any, first: bool) -> tuple[dict[str, Any], list[str]]:
    """A row of a video network: clips as long and as fast as those that its accuracy was measured on."""
    preset, filename = entry.transforms(), entry.url.rpartition("/")[2]
    pixels, height, *width = preset.crop_size[0], *preset.resize_size
    said = dict(re.findall(r"`(frame_rate|clip_len)=([\d.]+)`", entry.meta["_docs"]))
    shown = windows(int(said["clip_len"]), float(said["frame_rate"]))
    with torch.device("meta"):
        network = models.get_model_builder(name)(weights=None).eval()
    to = f"to {height} x {width[0]}" if width else f"shorter side to {height}"
    clips = f"clips of {shown['length']} frames at {shown['frame_rate']:g} Hz"
    made = {
        "name": name if first else f"{name}.{entry.name}",
        "architecture": name,
        "trained": f"trained to name actions ({entry.name})",
        "file": filename,
        **digest(filename),
        "parameters": entry.meta["num_params"],
        "flops": count_flops(network, torch.empty(1, 3, shown["length"], pixels, pixels, device="meta")),
        "pixels": pixels,
        "interpolation": preset.interpolation.value,
        "mean": list(preset.mean),
        "std": list(preset.std),
        "evaluation": f"{to}, central {pixels} x {pixels}; {clips}",
        "data": f"{'ImageNet-22k; ' if '22K' in entry.name else ''}{KINETICS}",
        "licence": LICENCE,
        "released": released(name, ""),
        "windows": shown,
    }
    return made, video_stages(name, network)


def main() -> None:
    """Write the table."""
    models = import_torchvision().models
    architectures: dict[str, Any] = {}
    rows: list[dict[str, Any]] = []
    videos = models.list_models(module=models.video)
    for name in (*models.list_models(module=models), *videos):
        title, published = SOURCES["titles"][longest(SOURCES["titles"], name)]
        for index, entry in enumerate(models.get_model_weights(name)):
            made, found = (video_row if name in videos else row)(models, name, entry, index == 0)
            rows.append(made)
        architectures[name] = {"title": title, "papers": [published], "stages": found}
    papers = {key: paper(entry) for key, entry in SOURCES["papers"].items()}
    table = {"papers": papers, "architectures": architectures, "weights": rows}
    lines = [f"{json.dumps(key)}: {json.dumps(value)}".replace("}, ", "},\n ") for key, value in table.items()]
    TABLE.write_text("{" + ",\n".join(lines) + "}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
