"""What is known without building: citations, and what is said of mixtures. Imports no framework."""

VISUAL_DEGREES = 8.0
"""Images took up 8 degrees in Yamins et al. 2014."""

PIXELS = 128
SEED = 0
DEPTHS = (1, 1, 2, 2, 3, 3)

STAGES = ("layer1", "layer2", "layer3", "top")

BIBTEX = """@article{yamins2014performance,
  title = {Performance-optimized hierarchical models predict neural responses in higher visual cortex},
  author = {Yamins, Daniel L. K. and Hong, Ha and Cadieu, Charles F. and Solomon, Ethan A. and Seibert, Darren and
    DiCarlo, James J.},
  journal = {Proceedings of the National Academy of Sciences},
  volume = {111},
  number = {23},
  pages = {8619--8624},
  year = {2014},
  doi = {10.1073/pnas.1403112111}
}
@article{pinto2009high,
  title = {A High-Throughput Screening Approach to Discovering Good Forms of Biologically Inspired Visual
    Representation},
  author = {Pinto, Nicolas and Doukhan, David and DiCarlo, James J. and Cox, David D.},
  journal = {PLoS Computational Biology},
  volume = {5},
  number = {11},
  pages = {e1000579},
  year = {2009},
  doi = {10.1371/journal.pcbi.1000579}
}"""

DESCRIPTION = (
    "NOT the network of Yamins et al. 2014, whose parameters are not published: six modules of one to three layers "
    "side by side and a top of 1,250 units, drawn at random from the parameter space of Pinto et al. 2009, "
    "nothing optimised; a control"
)
