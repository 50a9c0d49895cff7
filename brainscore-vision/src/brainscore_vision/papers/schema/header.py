"""The keys above the first table: what the benchmark is called and where it belongs."""

from dataclasses import dataclass

from brainscore_core.registry.identifiers import is_valid

from ..reading import Table


@dataclass(frozen=True)
class Header:
    """See docs/paper-to-benchmark.md."""

    identifier: str
    version: int
    parent: str
    species: str
    regions: tuple[str, ...]
    released: str


def read_header(root: Table) -> Header:
    """The keys of the file itself.

    Raises
    ------
    InvalidFile
    """
    identifier = root.text("identifier")
    if not is_valid(identifier):
        root.refuse("identifier", expected="letters, digits and . _ + @ / : - after a first letter or digit")
    if "region" in root and "regions" in root:
        root.refuse("regions", expected="region or regions, not both")
    regions = (root.text("region"),) if "region" in root else root.texts("regions", ())
    return Header(
        identifier=identifier,
        version=root.integer("version", low=1),
        parent=_parent(root),
        species=root.text("species"),
        regions=regions,
        released=root.text("released", ""),
    )


def _parent(root: Table) -> str:
    from ...domain import vision

    return root.choice("parent", vision.tree)
