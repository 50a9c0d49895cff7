"""What every plugin promises."""

from brainscore_core.testing import Example, conformance

# the property of the kit's own example
EXAMPLES = {"ks_similarity": Example(parameters={"property_name": "example"})}

test_conformance = conformance("bs-metric-distributions", examples=EXAMPLES)
