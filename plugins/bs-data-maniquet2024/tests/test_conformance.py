from brainscore_core.testing import conformance

test_conformance = conformance("bs-data-maniquet2024")
