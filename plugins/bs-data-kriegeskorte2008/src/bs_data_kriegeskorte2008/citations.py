"""What to cite."""

KRIEGESKORTE2008_DOI = "10.1016/j.neuron.2008.10.043"
KRIEGESKORTE2008 = """@article{kriegeskorte2008matching,
  title = {Matching categorical object representations in inferior temporal cortex of man and monkey},
  author = {Kriegeskorte, Nikolaus and Mur, Marieke and Ruff, Douglas A. and Kiani, Roozbeh and Bodurka, Jerzy and
            Esteky, Hossein and Tanaka, Keiji and Bandettini, Peter A.},
  journal = {Neuron},
  volume = {60},
  number = {6},
  pages = {1126--1141},
  year = {2008},
  doi = {10.1016/j.neuron.2008.10.043}
}"""

KIANI2007 = """@article{kiani2007object,
  title = {Object category structure in response patterns of neuronal population in monkey inferior temporal cortex},
  author = {Kiani, Roozbeh and Esteky, Hossein and Mirpour, Koorosh and Tanaka, Keiji},
  journal = {Journal of Neurophysiology},
  volume = {97},
  number = {6},
  pages = {4296--4309},
  year = {2007},
  doi = {10.1152/jn.00024.2007}
}"""

MUR2013_DOI = "10.3389/fpsyg.2013.00128"
MUR2013 = """@article{mur2013human,
  title = {Human object-similarity judgments reflect and transcend the primate-IT object representation},
  author = {Mur, Marieke and Meys, Mirjam and Bodurka, Jerzy and Goebel, Rainer and Bandettini, Peter A. and
            Kriegeskorte, Nikolaus},
  journal = {Frontiers in Psychology},
  volume = {4},
  pages = {128},
  year = {2013},
  doi = {10.3389/fpsyg.2013.00128}
}"""
