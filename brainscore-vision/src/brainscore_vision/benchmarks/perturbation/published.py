"""Published causal experiments in inferior temporal cortex, as designs: what was done, to what, and what was measured.

Their data are not here. A benchmark of one of them is a :class:`~.experiment.PerturbationEffect` in a package of its
own, with the recorded effects.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Design:
    """An experiment in words.

    Parameters
    ----------
    species, region : str
    method : str
        How tissue was perturbed, and how far that reaches.
    task : str
    measure : str
        What is compared before and after.
    in_a_model : str
        How :mod:`brainscore_vision.perturbation` says the same.
    doi : str
    """

    species: str
    region: str
    method: str
    task: str
    measure: str
    in_a_model: str
    doi: str


DESIGNS = {
    "Afraz2006": Design(
        species="macaque",
        region="IT",
        method="electrical microstimulation of sites that prefer faces, while the stimulus is shown",
        task="face or non-face, two choices, images degraded by noise to many levels of signal",
        measure="shift of the psychometric function towards 'face', by the selectivity of the site",
        in_a_model="stimulate('IT', current, Disk(x, y, radius)) at face-selective units",
        doi="10.1038/nature04982",
    ),
    "Afraz2015": Design(
        species="macaque",
        region="IT",
        method="optogenetic suppression (ArchT) of about a millimetre, and muscimol injected",
        task="gender of faces, two choices",
        measure="loss of accuracy, in the contralateral field, at face-selective sites against others",
        in_a_model="silence('IT', Disk(x, y, radius, 'gaussian'), strength=share)",
        doi="10.1073/pnas.1423328112",
    ),
    "Rajalingham2019": Design(
        species="macaque",
        region="IT",
        method="muscimol injected at one site a session, over several millimetres",
        task="core object discrimination: pairs of objects, two choices",
        measure="change of accuracy for each pair of objects, its pattern over pairs differing between sites",
        in_a_model="silence('IT', Disk(x, y, radius, 'gaussian')), one a site",
        doi="10.1016/j.neuron.2019.02.001",
    ),
}
"""By author and year."""
