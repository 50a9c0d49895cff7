"""What became of one (model, benchmark) pair: the same word everywhere, never encoded in a number."""

from enum import StrEnum

from .errors import DataUnavailable, Unsupported


class Status(StrEnum):
    """The status of a pair. Not attempted, failed and a score of zero are never the same thing."""

    OK = "ok"
    """Scored; the value may still be null, for want of a valid ceiling."""
    UNSUPPORTED = "unsupported"
    """The model refuses the task or has no map for the region."""
    UNAVAILABLE = "unavailable"
    """Data or published numbers cannot be obtained here."""
    WITHHELD = "withheld"
    """Scored, and kept from view by its owner."""
    FAILED = "failed"
    """Something broke."""
    PENDING = "pending"
    """A campaign has it before it."""
    CANCELLED = "cancelled"
    """A campaign was told to leave it."""

    @classmethod
    def of(cls, error: BaseException) -> "Status":
        """The status that this exception stands for."""
        if isinstance(error, Unsupported):
            return cls.UNSUPPORTED
        return cls.UNAVAILABLE if isinstance(error, DataUnavailable) else cls.FAILED
