from brainscore_core.testing import conformance

test_conformance = conformance("bs-app-campaign")
