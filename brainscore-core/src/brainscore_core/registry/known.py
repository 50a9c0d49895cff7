"""Names that are known without being installed: where our plugins live, and what things used to be called."""

from fnmatch import fnmatchcase

# recordings whose stimulus sets are called alike
_RECORDED = {
    "Cadena2017": "bs-data-cadena2017",
    "Cowley2023": "bs-data-cowley2023",
    "David2004": "bs-data-david2004",
    "FreemanZiemba2013*": "bs-data-freemanziemba2013",
    "Kar2019": "bs-data-kar2019",
    "Geirhos2021_*": "bs-data-geirhos2021",
    "Hebart2023": "bs-data-hebart2023",
    "Kar2022*": "bs-data-kar2022",
    "MajajHong2015*": "bs-data-majajhong2015",
    "Maniquet2024*": "bs-data-maniquet2024",
    "Tang2018*": "bs-data-tang2018",
    "vanGerven2010": "bs-data-vangerven2010",
}

_BEHAVIOR = (
    *("i1", "i2n", "I1n", "I2", "O[12]", "accuracy", "accuracy_distance", "error_consistency", "odd_one_out"),
    *("confusion_similarity", "tasks_consistency", "shape_bias"),
)

# kind -> identifier or pattern -> distribution that provides it
PACKAGES = {
    "models": {
        "pixels": "bs-model-pixels",
        "gabor-v1": "bs-model-gabor-v1",
        "hmax*": "bs-model-hmax",
        "efficientnet-lite*": "bs-model-efficientnet-lite",
        "torchvision:*": "bs-model-torchvision",
        "timm:*": "bs-model-timm",
        "hf:*": "bs-model-huggingface",
        "keras:*": "bs-model-keras",
        "cornet:*": "bs-model-cornet",
        "vonenet:*": "bs-model-vonenet",
        "convrnn:*": "bs-model-convrnn",
        "patterncompletion:*": "bs-model-patterncompletion",
        "hmo*": "bs-model-hmo",
    },
    "benchmarks": {
        "Foster1985*": "bs-benchmark-published",
        "Geirhos2021contrast-human_accuracy": "bs-benchmark-published",
        "Kapadia1999*": "bs-benchmark-published",
        "Kar2019.IT-challenge_delay": "bs-benchmark-published",
        "OpDeBeeck2000*": "bs-benchmark-published",
        "RustDiCarlo2012*": "bs-benchmark-published",
        "Sceniak1999*": "bs-benchmark-published",
        "Sugase1999*": "bs-benchmark-published",
        "Tsao2006*": "bs-benchmark-published",
        "Ziemba2015*": "bs-benchmark-published",
        "Marques2020_*": "bs-benchmark-marques2020",
        "Kriegeskorte2008*": "bs-benchmark-kriegeskorte2008",
        "Cadena2017*": "bs-benchmark-cadena2017",
        "Cowley2023*": "bs-benchmark-cowley2023",
        "David2004*": "bs-benchmark-david2004",
        "FreemanZiemba2013*": "bs-benchmark-freeman2013",
        "Adversarial-*": "bs-benchmark-adversarial",
        "Kar2022*": "bs-benchmark-kar2022",
        "Tang2018*": "bs-benchmark-tang2018",
        "Geirhos2021*": "bs-benchmark-geirhos2021",
        "Hebart2023-*": "bs-benchmark-hebart2023",
        "ImageNet-C-*": "bs-benchmark-imagenetc",
        "ImageNet-top1": "bs-benchmark-imagenet",
        "MajajHong2015*": "bs-benchmark-majajhong2015",
        "Maniquet2024*": "bs-benchmark-maniquet2024",
        "Rajalingham2018*": "bs-benchmark-rajalingham2018",
        "vanGerven2010*": "bs-benchmark-vangerven2010",
        "Kar2019*": "bs-benchmark-kar2019",
    },
    "datasets": {
        "Kriegeskorte2008*": "bs-data-kriegeskorte2008",
        "DeValois1982[ab]": "bs-data-v1-tuning",
        "Schiller1976c": "bs-data-v1-tuning",
        "Cavanaugh2002a": "bs-data-v1-tuning",
        "Rajalingham2018.*": "bs-data-rajalingham2018",
        "Zhang2011": "bs-data-zhang2011",
        "ImageNet-val": "bs-benchmark-imagenet",
        **_RECORDED,
    },
    "stimulus_sets": {
        "ImageNet-C-*": "bs-benchmark-imagenetc",
        "ImageNet-val": "bs-benchmark-imagenet",
        "Kriegeskorte2008*": "bs-data-kriegeskorte2008",
        "Marques2020_*": "bs-data-v1-tuning",
        "FreemanZiemba2013_properties": "bs-benchmark-marques2020",
        "hvm*": "bs-data-majajhong2015",
        "objectome.*": "bs-data-rajalingham2018",
        **_RECORDED,
    },
    "metrics": {
        **dict.fromkeys(_BEHAVIOR, "bs-metric-behavior"),
        "ks_similarity": "bs-metric-distributions",
        "published_*": "brainscore-vision",
        "threshold": "bs-metric-psychometric",
        "threshold_elevation": "bs-metric-psychometric",
        "rdm*": "bs-metric-rsa",
        "rsa_*": "bs-metric-rsa",
        "partial_rdm": "bs-metric-rsa",
        "cka*": "bs-metric-cka",
        "accuracy_profile": "bs-metric-imagelevel",
        "image_level": "bs-metric-imagelevel",
        "internal_consistency*": "bs-metric-ceilings",
        "split_half_reliability": "bs-metric-ceilings",
        "icc": "bs-metric-ceilings",
        "between_subjects": "bs-metric-ceilings",
        "voxel_noise_ceiling": "bs-metric-ceilings",
        "pls*": "bs-metric-regression",
        "ridge*": "bs-metric-regression",
        "dual_ridge*": "bs-metric-regression",
        "linear_predictivity*": "bs-metric-regression",
        "neuron_to_neuron*": "bs-metric-regression",
        "reverse_pls*": "bs-metric-regression",
        "spantime_*": "bs-metric-regression",
        "variance_partition": "bs-metric-regression",
        "ost": "bs-metric-ost",
    },
    "domains": {"vision": "brainscore-vision"},
}

# Brain-Score 2.x gave these benchmarks a second name, which scores and papers carry
OLD_BENCHMARKS = {
    "MajajHong2015.V4.public-pls": "MajajHong2015public.V4-pls",
    "MajajHong2015.IT.public-pls": "MajajHong2015public.IT-pls",
    "FreemanZiemba2013.V1.public-pls": "FreemanZiemba2013public.V1-pls",
    "FreemanZiemba2013.V2.public-pls": "FreemanZiemba2013public.V2-pls",
    "tolias.Cadena2017-pls": "Cadena2017-pls",
    "tolias.Cadena2017-mask": "Cadena2017-mask",
    "BarbuMayo2019-top1": "ObjectNet-top1",
}

# and these models another one
OLD_MODELS = {
    "CORnet-S": "cornet:S",
    "VOneCORnet-S": "vonenet:cornet-s",
    "voneresnet-50": "vonenet:resnet50",
    "voneresnet-50-non_stochastic": "vonenet:resnet50-ns",
}

# and stored data under the laboratory's name first: dicarlo.MajajHong2015.public
LABORATORIES = "aru brendel devalois dicarlo gallant klab movshon schiller shapley tolias tong".split()


def package_of(kind: str, identifier: str) -> str | None:
    """The distribution known to provide the identifier."""
    table = PACKAGES.get(kind, {})
    return next((package for pattern, package in table.items() if fnmatchcase(identifier, pattern)), None)


def new_name(kind: str, identifier: str) -> str | None:
    """What the identifier is called now; None where it never had another name."""
    if kind in ("datasets", "stimulus_sets"):
        laboratory, _, rest = identifier.partition(".")
        return rest if rest and laboratory in LABORATORIES else None
    return {"benchmarks": OLD_BENCHMARKS, "models": OLD_MODELS}.get(kind, {}).get(identifier)
