"""Where the numbers and the stimuli come from."""

DEVALOIS1982A_DOI = "10.1016/0042-6989(82)90112-2"
DEVALOIS1982A = """@article{DeValois1982a,
  author = {De Valois, Russell L. and Yund, E. William and Hepler, Norva},
  title = {The orientation and direction selectivity of cells in macaque visual cortex},
  journal = {Vision Research},
  volume = {22},
  pages = {531--544},
  year = {1982},
  doi = {10.1016/0042-6989(82)90112-2}
}"""

DEVALOIS1982B_DOI = "10.1016/0042-6989(82)90113-4"
DEVALOIS1982B = """@article{DeValois1982b,
  author = {De Valois, Russell L. and Albrecht, Duane G. and Thorell, Lisa G.},
  title = {Spatial frequency selectivity of cells in macaque visual cortex},
  journal = {Vision Research},
  volume = {22},
  pages = {545--559},
  year = {1982},
  doi = {10.1016/0042-6989(82)90113-4}
}"""

SCHILLER1976C_DOI = "10.1152/jn.1976.39.6.1334"
SCHILLER1976C = """@article{Schiller1976c,
  author = {Schiller, Peter H. and Finlay, Barbara L. and Volman, Susan F.},
  title = {Quantitative studies of single-cell properties in monkey striate cortex. {III}. Spatial frequency},
  journal = {Journal of Neurophysiology},
  volume = {39},
  number = {6},
  pages = {1334--1351},
  year = {1976},
  doi = {10.1152/jn.1976.39.6.1334}
}"""

CAVANAUGH2002A_DOI = "10.1152/jn.00692.2001"
CAVANAUGH2002A = """@article{Cavanaugh2002a,
  author = {Cavanaugh, James R. and Bair, Wyeth and Movshon, J. Anthony},
  title = {Nature and interaction of signals from the receptive field center and surround in macaque {V1} neurons},
  journal = {Journal of Neurophysiology},
  volume = {88},
  number = {5},
  pages = {2530--2546},
  year = {2002},
  doi = {10.1152/jn.00692.2001}
}"""

MARQUES2021_DOI = "10.1101/2021.03.01.433495"
MARQUES2021 = """@article{Marques2021,
  author = {Marques, Tiago and Schrimpf, Martin and DiCarlo, James J.},
  title = {Multi-scale hierarchical neural network models that bridge from single neurons in the primate primary visual
    cortex to object recognition behavior},
  journal = {bioRxiv},
  year = {2021},
  doi = {10.1101/2021.03.01.433495}
}"""
