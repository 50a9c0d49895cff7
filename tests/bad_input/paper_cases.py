"""What is wrong with a file that describes a paper's result. See ``cases.py``."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from brainscore_core.description_files import read_benchmark as load_file
from brainscore_vision.papers import read_benchmark

RESULT = """\
identifier = "Made2000.V1-sparseness"
version = 1
parent = "V1"
species = "macaque"
region = "V1"
released = "2000-01-01"

[source]
citation = "Made A (2000) Sparseness. J Neurosci 20:1"
doi = "10.1523/JNEUROSCI.0000-00.2000"
quote = "Sparseness of 20 cells of V1 was .2."

[stimuli]
set = "Kriegeskorte2008"
visual_degrees = 5

[measurement]
kind = "summary statistic"
property = "sparseness"
statistic = "mean"

[published]
unit = "index"
value = 0.2

[comparison]
kind = "ratio"

[ceiling]
kind = "unknown"
because = "no error is stated"
"""
HISTOGRAM = """\
identifier = "Made2000.V1-circular_variance"
version = 1
parent = "V1-orientation"
species = "macaque"
region = "V1"

[source]
citation = "Made A (2000) Orientation. J Neurosci 20:1"
doi = "10.1523/JNEUROSCI.0000-00.2000"
quote = "Circular variance of 20 cells."

[stimuli]
set = "Marques2020_orientation"
visual_degrees = 12

[measurement]
kind = "property distribution"
property = "circular_variance"
number_of_trials = 20
mapping_trials = 10
time_bins_ms = [[70, 170]]

[published]
unit = "index"
bins = [0, 0.25, 0.5, 0.75, 1]
counts = [2, 6, 8, 4]
counted = 20

[comparison]
kind = "distribution"

[ceiling]
kind = "replication"
"""
CONFUSIONS = """\
identifier = "Made2000-confusions"
version = 1
parent = "behavior_vision"
species = "human"

[source]
citation = "Made A (2000) Confusions. J Vis 1:1"
doi = "10.1167/1.1.1"
quote = "Table 1."

[stimuli]
set = "Kriegeskorte2008"
visual_degrees = 5

[measurement]
kind = "confusion matrix"
labels = ["face", "body"]
truth_column = "kind"

[published]
unit = "share"
matrix = [
    [0.9, 0.1],
    [0.25, 0.75],
]

[comparison]
kind = "correlation"

[ceiling]
kind = "unknown"
because = "no error is stated"
"""


def changed(text: str, old: str, new: str, read: Callable[[str | Path], Any] = read_benchmark) -> Callable[[Path], Any]:
    """Read the file after one change."""
    if text.count(old) != 1:
        raise ValueError(f"{old!r} stands {text.count(old)} times")

    def case(folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        path = folder / "made2000.toml"
        path.write_text(text.replace(old, new), encoding="utf-8")
        read(path)

    return case


CASES: dict[str, Callable[[Path], Any]] = {
    "text that is no TOML": changed(RESULT, "version = 1", "version 1"),
    "the name of an installed benchmark": changed(
        RESULT, "Made2000.V1-sparseness", "Marques2020_DeValois1982-pref_or", load_file
    ),
    "a key that there is not": changed(RESULT, "[published]", "[published]\nspread = 0.1"),
    "a key that is misspelt": changed(RESULT, "visual_degrees", "visual_degree"),
    "numbers without their unit": changed(RESULT, 'unit = "index"\n', ""),
    "numbers in another unit than what is measured": changed(RESULT, 'unit = "index"', 'unit = "deg"'),
    "a DOI that is none": changed(RESULT, '"10.1523/', '"https://doi.org/10.1523/'),
    "a number without the sentence that it is quoted from": changed(
        RESULT, 'quote = "Sparseness of 20 cells of V1 was .2."\n', ""
    ),
    "a number that is text": changed(RESULT, "value = 0.2", 'value = "0.2"'),
    "a ceiling from numbers without an error": changed(
        RESULT, 'kind = "unknown"\nbecause = "no error is stated"', 'kind = "replication"'
    ),
    "counts that do not sum to what was counted": changed(HISTOGRAM, "counts = [2, 6, 8, 4]", "counts = [2, 6, 8, 5]"),
    "more neurons counted than recorded": changed(HISTOGRAM, "counted = 20", "counted = 20\nneurons = 12"),
    "another number of counts than of bins": changed(HISTOGRAM, "counts = [2, 6, 8, 4]", "counts = [2, 6, 12]"),
    "edges of bins that do not increase": changed(HISTOGRAM, "[0, 0.25, 0.5, 0.75, 1]", "[0, 0.5, 0.25, 0.75, 1]"),
    "rows of confusions that do not sum to 1": changed(CONFUSIONS, "[0.25, 0.75]", "[0.25, 0.85]"),
}
