import pytest

import bs_metric_regression
from brainscore_core.cli.shell import run


@pytest.mark.parametrize(
    "metric, doi",
    [
        ("pls", "10.1073/pnas.1403112111"),
        ("reverse_pls_split", "10.1101/2025.08.08.669382"),
        ("ridge_banded", "10.1016/j.neuroimage.2019.04.012"),
        ("variance_partition", "10.1523/JNEUROSCI.3267-16.2017"),
        ("ridgecv", "10.1016/j.neuron.2020.07.040"),
    ],
)
def test_each_mapping_cites_its_own_paper(metric, doi, capsys):
    assert getattr(bs_metric_regression, metric).doi == doi
    assert run(["cite", metric]) == 0
    assert capsys.readouterr().out == f"% {metric}: https://doi.org/{doi}\n"
