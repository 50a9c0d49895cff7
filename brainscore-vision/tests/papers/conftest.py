"""A file of each kind, whose parts tests replace."""

import pytest

from brainscore_vision.papers.paper import parse

HISTOGRAM = """
identifier = "Mine2026.V1-or"
version = 1
parent = "V1-orientation"
species = "macaque"
region = "V1"

[source]
citation = "Mine (2026)"
doi = "10.1000/mine"
quote = "110, 83, 100 and 92 cells"

[stimuli]
set = "Marques2020_orientation"
visual_degrees = 12

[measurement]
kind = "property distribution"
property = "preferred_orientation"

[published]
unit = "deg"
bins = [-22.5, 22.5, 67.5, 112.5, 157.5]
counts = [110, 83, 100, 92]
counted = 385

[comparison]
kind = "distribution"

[ceiling]
kind = "replication"
"""

POINT = """
identifier = "Mine2026.IT-sparseness"
version = 1
parent = "IT"
species = "macaque"
region = "IT"

[source]
citation = "Mine (2026)"
quote = "sparseness .4 +- .1"

[stimuli]
set = "Kriegeskorte2008"
visual_degrees = 5

[measurement]
kind = "summary statistic"
property = "sparseness"

[published]
unit = "index"
value = 0.4
error = 0.1

[comparison]
kind = "point"
scale = 0.5

[ceiling]
kind = "replication"
"""


@pytest.fixture
def histogram():
    return HISTOGRAM


@pytest.fixture
def point():
    return POINT


@pytest.fixture
def read():
    """Parse a text after replacements ``(old, new)``; each must be there."""

    def parsed(text, *changes):
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        return parse(text, "mine.toml")

    return parsed
