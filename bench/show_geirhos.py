# /// script
# dependencies = [
#     "brainscore-core[statistics]>=3,<4",
#     "brainscore-vision>=3,<4",
#     "bs-benchmark-geirhos2021>=1,<2",
#     "bs-model-efficientnet-lite>=1,<2",
#     "bs-model-hmax>=1,<2",
#     "bs-model-pixels>=1,<2",
# ]
# ///
"""Degraded images (Geirhos et al. 2021): ceilings beside the published ones, and models beside people.

``python bench/show_geirhos.py [--write]``; ``--write`` keeps it as two sections of ``bench/RESULTS-behavior.md``.
"""

import sys
from datetime import date
from pathlib import Path
from typing import Any

from results import keep_section
from shown import machine, pm, settled, table

RESULTS = Path(__file__).parent / "RESULTS-behavior.md"
MODELS = ("efficientnet-lite0", "efficientnet-lite1", "efficientnet-lite2", "pixels", "hmax")
HERE = ("edge", "silhouette")
PUBLISHED = {
    "colour": 0.415,
    "contrast": 0.437,
    "cueconflict": 0.331,
    "edge": 0.318,
    "eidolonI": 0.386,
    "eidolonII": 0.454,
    "eidolonIII": 0.460,
    "falsecolour": 0.444,
    "highpass": 0.440,
    "lowpass": 0.469,
    "phasescrambling": 0.447,
    "powerequalisation": 0.511,
    "rotation": 0.439,
    "silhouette": 0.476,
    "sketch": 0.370,
    "stylized": 0.501,
    "uniformnoise": 0.434,
}
"""Ceilings that Brain-Score 2 tests for."""


def ceilings() -> str:
    """The 17 ceilings, with what people score."""
    from brainscore_core import load_benchmark

    rows = []
    for name, published in PUBLISHED.items():
        benchmark, top1 = (load_benchmark(f"Geirhos2021{name}-{kind}") for kind in ("error_consistency", "top1"))
        ceiling, human = benchmark.ceiling, top1.human
        images = "here" if name in HERE else "address only"
        rows.append(
            [name, pm(ceiling.value, ceiling.error), f"{published:.3f}", f"{ceiling.value - published:+.4f}"]
            + [f"{ceiling.details['subjects']}", f"{ceiling.details['conditions']}", f"{ceiling.details['stimuli']}"]
            + [f"{human['accuracy']:.3f}", f"{human['accuracy_least']:.3f} to {human['accuracy_most']:.3f}", images]
        )
    headers = ["experiment", "ceiling", "published", "difference", "people", "conditions", "images"]
    explained = (
        "Kappa between people: mean over conditions and pairs, error over draws of images; conditions that the paper"
        " leaves out are left out. Trials of all 17 are here.\n"
    )
    return f"{said()}\n\n{explained}\n" + table([*headers, "accuracy of people", "from to", "image files"], rows)


def models() -> str:
    """Five models on the two experiments whose images are here."""
    from brainscore_core import load_benchmark, score_all

    names = [f"Geirhos2021{name}-{kind}" for name in HERE for kind in ("error_consistency", "top1")]
    records = {(record.model, record.benchmark): record for record in score_all(MODELS, names)}
    people = [load_benchmark(name) for name in names]
    kappas = [f"{one.human['kappa']:.3f} (1)" if "kappa" in one.human else accuracy(one) for one in people]
    rows = [["people", *kappas]]
    rows += [[f"`{model}`", *(_cell(records[model, name]) for name in names)] for model in MODELS]
    explained = (
        "Error consistency: kappa with people (score = kappa / kappa between people); at 3 degrees, accuracy there in"
        " brackets. top1: accuracy of images that fill the field. People: mean of them. pixels and hmax name no"
        " category: unsupported.\n"
    )
    return f"{said()}\n\n{explained}\n" + table(["", *names], rows)


def accuracy(benchmark: Any) -> str:
    """Mean accuracy of people."""
    return f"{benchmark.human['accuracy']:.3f}"


def _cell(record: Any) -> str:
    if record.score is None:
        return record.status
    score = record.score
    if not score.normalisation:
        return pm(score.value, score.error)
    value = "null" if score.value is None else pm(score.value, score.error)
    most = score.details["attainable_maximum"]
    return (
        f"{pm(score.raw.value, score.raw.error)} ({value}); at most {most:.3f} [{score.details['accuracy_source']:.3f}]"
    )


def said() -> str:
    """Which run printed it."""
    return f"Printed by `python bench/show_geirhos.py --write` on {date.today()}: {machine()}."


TITLES = {
    "Geirhos 2021: 17 ceilings beside the published": ceilings,
    "Geirhos 2021: models beside people": models,
}


def main(arguments: list[str]) -> None:
    """Print, and keep where asked."""
    with settled():
        for title, show in TITLES.items():
            text = show()
            sys.stdout.write(f"## {title}\n\n{text}\n")
            if "--write" in arguments:
                keep_section(RESULTS, title, text)


if __name__ == "__main__":
    main(sys.argv[1:])
