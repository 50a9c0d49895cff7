"""What to cite: the papers that the library names, and the library."""

from collections.abc import Mapping, Sequence

LIBRARY_DOI = "10.5281/zenodo.4414861"

LIBRARY = f"""@misc{{wightman2019timm,
  title = {{PyTorch Image Models}},
  author = {{Wightman, Ross}},
  year = {{2019}},
  doi = {{{LIBRARY_DOI}}},
  howpublished = {{https://github.com/huggingface/pytorch-image-models}}
}}"""


def doi(numbers: Sequence[str]) -> str:
    """Of the first paper, by its number on arXiv; else of the library."""
    return f"10.48550/arXiv.{numbers[0]}" if numbers else LIBRARY_DOI


def bibtex(numbers: Sequence[str], titles: Mapping[str, str]) -> str:
    """Entries of the papers, with their titles where the library writes them, and of the library."""
    return "\n".join([*(_entry(number, titles.get(number, "")) for number in numbers), LIBRARY])


def _entry(number: str, title: str) -> str:
    lines = [f"  title = {{{title}}},"] if title else []
    lines += [f"  year = {{20{number[:2]}}},", f"  eprint = {{{number}}},", "  archivePrefix = {arXiv}"]
    return "\n".join([f"@misc{{arxiv{number},", *lines, "}"])
