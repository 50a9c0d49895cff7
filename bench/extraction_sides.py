"""One measurement of ``bench_extraction.py`` in a process of its own: ``python extraction_sides.py SIDE ARGUMENTS``.

SIDE is a function here: ``incumbent`` needs Brain-Score 2, all others ours. ARGUMENTS are JSON: ``name`` of the
network, ``images`` (a folder), ``count``, ``layers``. The answer is one line of JSON: seconds by the clock and of the
processor, megabytes.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PIXELS = 224


def network(name: str) -> Any:
    """The library's network, with the same random weights in every environment of one version."""
    import torch

    try:
        import torchvision
    except RuntimeError:  # made for another build of PyTorch
        from brainscore_vision.families.torchvision_import import import_torchvision

        torchvision = import_torchvision()
    torch.manual_seed(0)
    if name == "row-widths":
        return row_widths()
    return torchvision.models.get_model(name, weights=None).eval()


def row_widths() -> Any:
    """Five cheap layers whose rows are as wide as those of ResNet-18: what is stored is the same, 1.5 MB an image."""
    from collections import OrderedDict

    from torch import nn

    parts = {
        "shrink": nn.Conv2d(3, 64, 4, 4),
        "layer1": nn.ReLU(),
        "to2": nn.Conv2d(64, 128, 2, 2),
        "layer2": nn.ReLU(),
        "to3": nn.Sequential(nn.AvgPool2d(2), nn.Conv2d(128, 256, 1)),
        "layer3": nn.ReLU(),
        "to4": nn.Sequential(nn.AvgPool2d(2), nn.Conv2d(256, 512, 1)),
        "layer4": nn.ReLU(),
        "avgpool": nn.AdaptiveAvgPool2d(1),
    }
    return nn.Sequential(OrderedDict(parts)).eval()


@contextmanager
def timed(into: dict[str, float], name: str) -> Iterator[None]:
    """Seconds by the clock and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    yield
    into[name] = time.perf_counter() - clock
    into[f"{name}_cpu"] = time.process_time() - processor


def paths(folder: str, count: int) -> dict[str, Path]:
    """Stimulus id to file."""
    return {path.stem: path for path in sorted(Path(folder).iterdir())[:count]}


def incumbent(name: str, images: str, count: int, layers: list[str]) -> dict[str, float]:
    """``PytorchWrapper`` called twice, as its users call it: an assembly each time, stored between."""
    import functools

    import pandas as pd
    from brainscore_core.supported_data_standards.brainio.stimuli import StimulusSet
    from brainscore_vision.model_helpers.activations.pytorch import PytorchWrapper, load_preprocess_images

    files = paths(images, count)
    stimuli = StimulusSet(pd.DataFrame({"stimulus_id": list(files)}))
    stimuli.stimulus_paths, stimuli.identifier = {key: str(path) for key, path in files.items()}, f"bench-{count}"
    prepare = functools.partial(load_preprocess_images, image_size=PIXELS)
    wrapper = PytorchWrapper(network(name), prepare, identifier=f"bench-{name}")
    answer: dict[str, float] = {"before": peak()}
    with timed(answer, "first"):
        assembly = wrapper(stimuli, layers=layers)
    answer["peak"], answer["units"] = peak(), assembly.sizes["neuroid"]
    del assembly
    with timed(answer, "second"):
        wrapper(stimuli, layers=layers)
    return answer


def wrapped(name: str, layers: list[str]) -> Any:
    """The network as a brain model."""
    from brainscore_vision import wrap
    from brainscore_vision.activations.preprocessing import Preprocessing

    prepare = Preprocessing(resize=(PIXELS, PIXELS))
    return wrap(network(name), preprocessing=prepare, layers={"IT": layers}, visual_degrees=8, identifier=name)


def stimulus_set(images: str, count: int) -> Any:
    """The images, which fill the field."""
    import pandas as pd

    from brainscore_vision.images import image_set

    files = paths(images, count)
    return image_set(f"bench-{count}", pd.DataFrame({"stimulus_id": list(files)}), files)


def ours(name: str, images: str, count: int, layers: list[str]) -> dict[str, float]:
    """Recorded twice as benchmarks record: in a stream, every row stored."""
    model, stimuli = wrapped(name, layers), stimulus_set(images, count)
    answer: dict[str, float] = {"before": peak()}

    from brainscore_vision.activations import Selection

    for again in ("first", "second"):
        model.start_recording("IT")
        with timed(answer, again):
            answer["rows"] = sum(
                len(blocks[0]) for _, blocks in model.engine.stream(stimuli, [*map(Selection, layers)])
            )
        answer.setdefault("peak", peak())
    answer["peak_of_both"] = peak()
    return answer


def assembly(name: str, images: str, count: int, layers: list[str]) -> dict[str, float]:
    """Recorded twice as one assembly in memory, as Brain-Score 2 records."""
    model, stimuli = wrapped(name, layers), stimulus_set(images, count)
    answer: dict[str, float] = {"before": peak()}
    model.start_recording("IT")
    with timed(answer, "first"):
        answer["units"] = model.look_at(stimuli).sizes["neuroid"]
    answer["peak"] = peak()
    with timed(answer, "second"):
        model.look_at(stimuli)
    return answer


def bare(name: str, images: str, count: int, layers: list[str]) -> dict[str, float]:
    """Decode, prepare, and run the whole network on batches of 64; nothing is kept."""
    import numpy as np
    import torch
    from PIL import Image

    from brainscore_vision.activations.preprocessing import Preprocessing

    module, prepare, files = network(name), Preprocessing(resize=(PIXELS, PIXELS)), list(paths(images, count).values())
    answer: dict[str, float] = {"before": peak()}
    with timed(answer, "first"), torch.inference_mode():
        for start in range(0, count, 64):
            batch = [prepare(np.asarray(Image.open(path))) for path in files[start : start + 64]]
            module(torch.from_numpy(np.stack(batch)))
    answer["peak"] = peak()
    return answer


def keys(name: str, images: str, count: int, layers: list[str]) -> dict[str, float]:
    """What names `count` stimuli in a cache, for the first time and again."""
    stimuli = stimulus_set(images, count)
    answer: dict[str, float] = {}
    for again in ("first", "second"):
        with timed(answer, again):
            for stimulus_id in stimuli:
                stimuli.key(stimulus_id)
    return answer


def twelve(name: str, images: str, count: int, layers: list[str]) -> dict[str, float]:
    """Twelve recordings, as of a run over twelve benchmarks: four regions, three sets that share half their images."""
    from brainscore_core.contracts import Plan, Presentation
    from brainscore_vision.commitments.layers import LayerCommitment

    everything, half = stimulus_set(images, count), count // 4
    sets = [everything.take(slice(start, start + 2 * half)) for start in (0, half, 2 * half)]
    regions = dict(zip(("V1", "V2", "V4", "IT"), layers[-4:], strict=True))
    model = wrapped(name, layers).committed_to(LayerCommitment(regions))
    ran, record = [0], model.engine.network.record

    def counted(inputs: list[Any], names: list[str]) -> Any:
        ran[0] += len(inputs)
        return record(inputs, names)

    model.engine.network.record = counted
    model.expect(Plan(Presentation(shown, 8, region) for region in regions for shown in sets))
    answer: dict[str, float] = {"images": len({stimulus_id for shown in sets for stimulus_id in shown})}
    with timed(answer, "first"):
        for region in regions:
            for shown in sets:
                model.start_recording(region)
                model.look_at(shown)
    return answer | {"runs": ran[0]}


def peak() -> float:
    """Megabytes of memory that this process has held at once, libraries included."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


SIDES: dict[str, Callable[..., dict[str, float]]] = {
    side.__name__: side for side in (incumbent, ours, assembly, bare, keys, twelve)
}

if __name__ == "__main__":
    os.environ.setdefault("BS_INSTALL_DEPENDENCIES", "no")
    sys.stdout.write(f"{json.dumps(SIDES[sys.argv[1]](**json.loads(sys.argv[2])))}\n")
