"""CKA metrics by identifier; numpy and xarray are imported when one is made."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .alignment import CKA, CKACrossValidated

__all__ = ["cka", "cka_biased", "cka_cv", "cka_minibatch"]


def cka(*, unbiased: bool = True) -> "CKA":
    """Debiased linear CKA."""
    from .alignment import CKA

    return CKA(unbiased)


def cka_biased() -> "CKA":
    """Linear CKA as Kornblith et al. 2019."""
    from .alignment import CKA

    return CKA(unbiased=False)


def cka_cv(*, crossvalidation_kwargs: dict[str, Any] | None = None, unbiased: bool = True) -> "CKACrossValidated":
    """Debiased linear CKA on random 90% of the stimuli, 10 times."""
    from .alignment import CKACrossValidated

    return CKACrossValidated(crossvalidation_kwargs or {}, unbiased)


def cka_minibatch(*, batch_size: int = 256) -> "CKA":
    """Debiased linear CKA over batches of stimuli."""
    from .alignment import CKA

    return CKA(batch_size=batch_size)


# what `brainscore cite` prints: Kornblith et al. 2019; Nguyen et al. 2021
cka.doi = cka_biased.doi = cka_cv.doi = "10.48550/arXiv.1905.00414"
cka_minibatch.doi = "10.48550/arXiv.2010.15327"
