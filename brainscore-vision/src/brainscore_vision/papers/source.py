"""Where numbers come from."""

import re
from dataclasses import dataclass

from .reading import Table

DOI = re.compile(r"10\.\d{4,9}/\S+")


@dataclass(frozen=True)
class PaperSource:
    """What a file says of the paper.

    Parameters
    ----------
    citation : str
        Authors, year, title, journal.
    doi : str
        ``10.prefix/suffix``; empty: it has none (an abstract).
    quote : str
        The sentence or table with the numbers.
    measured_with : str
        What the measurement here does otherwise than the paper.
    unconfirmed : bool
        Whether the numbers were not seen in the source itself.
    bibtex : str
    """

    citation: str
    doi: str
    quote: str
    measured_with: str = ""
    unconfirmed: bool = False
    bibtex: str = ""


def read_source(table: Table) -> PaperSource:
    """``[source]``.

    Raises
    ------
    InvalidFile
        If the DOI is none, the quote is missing, or a key is unknown.
    """
    doi = table.text("doi", "")
    if doi and not DOI.fullmatch(doi):
        table.refuse("doi", expected="10.prefix/suffix, as '10.1038/nn.3402', without https://doi.org/")
    found = PaperSource(
        citation=table.text("citation"),
        doi=doi,
        quote=table.text("quote"),
        measured_with=table.text("measured_with", ""),
        unconfirmed=table.flag("unconfirmed"),
        bibtex=table.text("bibtex", ""),
    )
    table.end()
    return found
