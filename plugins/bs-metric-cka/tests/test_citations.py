from bs_metric_cka import cka, cka_cv, cka_minibatch


def test_papers_are_stated():
    assert cka.doi == cka_cv.doi == "10.48550/arXiv.1905.00414"  # Kornblith et al. 2019
    assert cka_minibatch.doi == "10.48550/arXiv.2010.15327"  # Nguyen et al. 2021
