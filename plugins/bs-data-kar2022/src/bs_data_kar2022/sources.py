"""The files, by content, and where they can be had."""

from brainscore_core.data import Source

LICENCE = "MIT (of the repository)"
DOI = "10.1523/JNEUROSCI.2229-21.2022"
CITATION = """@article{kar2022computational,
  title = {A computational probe into the behavioral and neural markers of atypical facial emotion processing in
           autism},
  author = {Kar, Kohitij},
  journal = {Journal of Neuroscience},
  volume = {42},
  number = {25},
  pages = {5115--5126},
  year = {2022},
  doi = {10.1523/JNEUROSCI.2229-21.2022}
}"""
PEOPLE_CITATION = """@article{wang2017reduced,
  title = {Reduced specificity in emotion judgment in people with autism spectrum disorder},
  author = {Wang, Shuo and Adolphs, Ralph},
  journal = {Neuropsychologia},
  pages = {286--295},
  year = {2017}
}"""

_FOLDER = (
    "https://raw.githubusercontent.com/kohitij-kar/2021_faceEmotion_ASD/e4ab3204443ee09d7e7e007e0bb4b683b404baa1/data/"
)

TRIALS = Source(
    "behavior_trials.csv",
    sha256="6b8a86ba836d0b14b3f0534bac4e11921b624e2faa1578d304270558bc50f19d",
    sha1="4407f21f5845eaaf20d14cbce0e47d5e36414974",
    size=127_052,
    licence=LICENCE,
    citation=f"{CITATION}\n{PEOPLE_CITATION}",
)
"""Made of ``behavioral_data.mat`` there, a MATLAB table, which nothing but MATLAB reads: only mirrors have it."""

_MORPHS = (
    ("SF1-fe100-ha0", 28_044, "730197462813151c7ff3a019954711d00631e641193ad9f6438cbda61d912158"),
    ("SF1-fe70-ha30", 28_511, "55d4acd822e22c03ce6ab0d7369519725dc28fd1afcb4405f8d55a985fd1766b"),
    ("SF1-fe60-ha40", 28_568, "d43be99f412d52a411fc6c464d78b8642b9b7d27dadc547a3146ff7adfce41e5"),
    ("SF1-fe50-ha50", 28_640, "19476395f6e18517d1d47e4dc478e664454edd6ed23e355c535617082259f048"),
    ("SF1-fe40-ha60", 28_651, "7aa5079d6299771e27d2d87fcc541b0feb375c2f6c58ba8c3f3da64fe2314c31"),
    ("SF1-fe30-ha70", 28_634, "92874f79c76665456ff6e575f32df983650873507d3d60023d026d7b57580e72"),
    ("SF1-fe0-ha100", 28_369, "e9bbc4fdee97b85d98fac39dd189bf16b26b2044f751600dfab7543d40d39182"),
    ("SF3-fe100-ha0", 28_590, "e6bb76f2e4eee14c30a4059a6a6a708d80bd4a5bc0bf8b619e040cc730fb9515"),
    ("SF3-fe70-ha30", 28_988, "14b14adc550d57926b7aab09400893f575e04e854a54320713fa1ecd6439a3bf"),
    ("SF3-fe60-ha40", 29_136, "ab1fa687c8ae8a6e150710967e667c7e72a5b770ac01950dda25a6c501f6a15a"),
    ("SF3-fe50-ha50", 29_124, "6f74d1fdb2e7e9ceabf49e04d9099a3ca83e167324c77aad1771875f90bbad5b"),
    ("SF3-fe40-ha60", 28_930, "50201082ce9b26cdfde29d89e6da04d3ca5d1d6dfdb1cc9e7ebd125b8e0014ed"),
    ("SF3-fe30-ha70", 28_850, "08b9f7993b3b12cd7f386ec85e3e057ace8754427ad20499036a959f1e163149"),
    ("SF3-fe0-ha100", 28_419, "c39ea8428a29683db18f1180907e0f2fc10c5997d195d6757e872b23164d903b"),
    ("SM2-fe100-ha0", 28_602, "2a206499ff2abe3fb086910e2492efe82f94f9936bce828efb3014dee027dd4a"),
    ("SM2-fe70-ha30", 28_856, "81e64d67901deb61b317c7dc6a6b28196ebd43c602080256160f8c4e05b6f7e0"),
    ("SM2-fe60-ha40", 28_925, "aa7aaabe029a3bdf8da20b9880b15fbe3e0f162ac18212285937131e2b19ecd1"),
    ("SM2-fe50-ha50", 29_030, "e79e0394dc12d3707262711123ebba43abc9c9e74182320118f8d5472f742483"),
    ("SM2-fe40-ha60", 29_125, "88792cd9f4040c53bc92f7980ad9563fce248d95d2c5b5eaee9d391cdafd988e"),
    ("SM2-fe30-ha70", 29_223, "b109560b8971e99b1deb2116e21064c1c25a0c0a8827106ebb035b23d737d18d"),
    ("SM2-fe0-ha100", 29_177, "f03f84b4805b227dc8e25dd964ae4ee0d54cdc9ee7ace2934c3c7c744984acbc"),
    ("SM3-fe100-ha0", 28_014, "6255e49c68122032d46f1e93d3fced59bc3a353ae723d9413ffcfd188032c7ce"),
    ("SM3-fe70-ha30", 28_149, "57894fe01ec517cb8208d6f7bbf65056c841f91b7c5ecce6f664a74114367538"),
    ("SM3-fe60-ha40", 28_236, "1b8f3522448870cfd2def2c128b258b02015fd093268ec4f8f1611aaa44c741e"),
    ("SM3-fe50-ha50", 28_442, "263d34ede8547673ff7962a4b399732f99d2f87001cbbc487684c3aa4055becd"),
    ("SM3-fe40-ha60", 28_482, "7073462ad168387e04c45380f7b0de08c98240f0c29dacf2d086d416382efda1"),
    ("SM3-fe30-ha70", 28_433, "1f73de3a9cd51e25d94d70c695a49b1220cc76ea8ac9e43fd2231a31238a7f88"),
    ("SM3-fe0-ha100", 28_262, "cd08dc1d2b432bc17c32816b267ceed8fd01e4f570569ef58cf668b373aead63"),
)
IMAGES = {
    name: Source(
        f"{name}.png",
        (f"{_FOLDER}images/{name}.png",),
        sha256=sha256,
        size=size,
        licence=LICENCE,
        citation=CITATION,
    )
    for name, size, sha256 in _MORPHS
}
"""The 28 images that people saw, face by face, from all fear to all happiness."""
