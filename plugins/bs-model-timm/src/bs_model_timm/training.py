"""What the tag of weights says of their training; nothing else is known here."""

DATA = (
    # what a part of a tag stands for in the library's naming
    ("in1k", "ImageNet-1k"),
    ("in12k", "ImageNet-12k (11,821 classes of ImageNet-22k)"),
    ("in21k", "ImageNet-21k"),
    ("in22k", "ImageNet-22k"),
    ("laion2b", "LAION-2B"),
    ("laiona", "LAION-Aesthetics"),
    ("laion400m", "LAION-400M"),
    ("openai", "400 million images with texts of OpenAI (WIT)"),
    ("datacompxl", "DataComp-XL"),
    ("datacomp", "DataComp"),
    ("datacompdr", "DataCompDR"),
    ("dfn2b", "DFN-2B"),
    ("dfn5b", "DFN-5B"),
    ("dfndr2b", "DFNDR-2B"),
    ("webli", "WebLI"),
    ("yfcc15m", "YFCC-15M"),
    ("yfcc100m", "YFCC-100M"),
    ("ig1b", "1 billion Instagram images with hashtags"),
    ("swag", "3.6 billion Instagram images with hashtags (SWAG)"),
    ("metaclip", "MetaCLIP"),
    ("lvd142m", "LVD-142M"),
    ("lvd1689m", "LVD-1689M"),
    ("sat493m", "SAT-493M"),
    ("sa1b", "SA-1B"),
    ("jft", "JFT"),
    ("m30m", "merged 30 million images"),
    ("m38m", "merged 38 million images"),
    ("merged2b", "merged 2 billion images with texts"),
)


def training_data(tag: str) -> str:
    """Data that parts of the tag name, in their order.

    Examples
    --------
    >>> training_data("sw_in12k_ft_in1k")
    'ImageNet-12k (11,821 classes of ImageNet-22k), then ImageNet-1k (by its tag, sw_in12k_ft_in1k)'
    """
    names = dict(DATA)
    found = list(dict.fromkeys(names[part] for part in tag.split("_") if part in names))
    return f"{', then '.join(found)} (by its tag, {tag})" if found else f"not stated (tag {tag})"
