from bs_metric_ceilings import icc, voxel_noise_ceiling


def test_papers_are_stated():
    assert icc.doi == "10.1037/0033-2909.86.2.420"  # Shrout & Fleiss 1979
    assert voxel_noise_ceiling.doi == "10.1038/s41593-021-00962-x"  # Allen et al. 2022
