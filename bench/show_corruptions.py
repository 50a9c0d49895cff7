# /// script
# dependencies = ["bs-benchmark-imagenetc>=1,<2"]
# ///
"""Corruptions of ImageNet-C made anew, beside the authors' own code: signal-to-noise ratios on the same photographs.

``python bench/show_corruptions.py [--write]``; ``--write`` keeps it as a section of ``bench/RESULTS-behavior.md``.
Theirs were written by ``tests/reference/write.py`` of the package, where their code runs.
"""

import json
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np
from results import keep_section
from shown import ROOT, machine, table

RESULTS = Path(__file__).parent / "RESULTS-behavior.md"
REFERENCE = ROOT / "plugins" / "bs-benchmark-imagenetc" / "tests" / "reference"
TITLE = "ImageNet-C made anew, beside the authors' code"
SEEDS = 4


def main(arguments: list[str]) -> None:
    """Print, and keep where asked."""
    sys.path.insert(0, str(REFERENCE))
    from photographs import photographs, psnr

    from bs_benchmark_imagenetc.corruptions import corrupted, generator

    theirs = {name: np.array(values) for name, values in json.loads((REFERENCE / "psnr.json").read_text()).items()}
    images = photographs(ROOT.parent / "shared" / "data")
    rows = []
    for corruption in dict.fromkeys(name.partition("/")[0] for name in theirs):
        begin = time.perf_counter()
        ours = [
            [
                [psnr(image, corrupted(image, corruption, severity, generator(severity, number, seed)))
                 for seed in range(SEEDS)]
                for number, image in enumerate(images)
            ]
            for severity in range(1, 6)
        ]  # fmt: skip
        milliseconds = 1000 * (time.perf_counter() - begin) / (5 * len(images) * SEEDS)
        cells = [
            f"{np.mean(mine):.2f} / {theirs[f'{corruption}/{severity}'].mean():.2f}"
            for severity, mine in enumerate(ours, 1)
        ]
        rows.append([corruption, *cells, f"{milliseconds:.0f}"])
    text = (
        f"Printed by `python bench/show_corruptions.py --write` on {date.today()}: {machine()}.\n\n"
        f"Mean PSNR in dB, ours / theirs, of {len(images)} photographs x {SEEDS} draws of random numbers. Frost is left"
        " out.\n\n"
    ) + table(["corruption", *(f"severity {severity}" for severity in range(1, 6)), "ms an image"], rows)
    sys.stdout.write(text)
    if "--write" in arguments:
        keep_section(RESULTS, TITLE, text)


if __name__ == "__main__":
    main(sys.argv[1:])
