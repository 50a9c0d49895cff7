"""The exception tree: one type a cause.

Every message says what happened, to what, what was expected, and what to do next. ``str(error)`` is one readable
paragraph; the parts stay on the exception for programs.
"""


class BrainScoreError(Exception):
    """Root of all errors raised on purpose.

    Parameters
    ----------
    what : str
        What happened, and to what.
    expected : str, optional
        What would have been right.
    remedy : str, optional
        What to do next.
    """

    def __init__(self, what: str, *, expected: str = "", remedy: str = ""):
        self.what, self.expected, self.remedy = what, expected, remedy
        super().__init__(what, expected, remedy)

    def __str__(self) -> str:
        text = self.what.rstrip(".")
        if self.expected:
            text += f": expected {self.expected.rstrip('.')}"
        if self.remedy:
            text += f". {self.remedy[0].upper()}{self.remedy[1:].rstrip('.')}"
        return text if text.endswith("?") else f"{text}."


class InvalidParameter(BrainScoreError, ValueError):
    """An option has a value that means nothing, or a name that nothing has."""


# --- plugins -------------------------------------------------------------------------------------------------------


class PluginError(BrainScoreError):
    """Something about an installed (or missing) plugin."""


class InvalidIdentifier(PluginError, ValueError):
    """An identifier with characters that identifiers may not have."""


class UnknownIdentifier(PluginError, LookupError):
    """No installed plugin has this identifier."""


class IdentifierConflict(PluginError):
    """Two installed distributions claim one identifier, or a file claims that of an installed benchmark."""


class BrokenPlugin(PluginError):
    """An installed plugin cannot be loaded; others are unaffected."""


class IncompatiblePlugin(BrokenPlugin):
    """An installed plugin was made for another major version of core or of its domain. It was not imported."""


# --- assemblies and stimuli ----------------------------------------------------------------------------------------


class InvalidAssembly(BrainScoreError, ValueError):
    """An assembly lacks a dimension or coordinate, or holds what it may not hold."""


class StimulusMismatch(InvalidAssembly):
    """Two assemblies, or an assembly and its stimulus set, do not show the same stimuli, or show one twice."""


class TooFewStimuli(InvalidAssembly):
    """A computation needs more stimuli than there are."""


class InvalidStimulusSet(BrainScoreError, ValueError):
    """A stimulus table without ids, with an id twice, or with a stimulus that cannot be had."""


class UnreadableStimulus(InvalidStimulusSet):
    """The bytes of one stimulus cannot be decoded."""


# --- data ----------------------------------------------------------------------------------------------------------


class DataError(BrainScoreError):
    """Something about files: where they come from, whether they are right, where they go."""


class DataUnavailable(DataError):
    """The file cannot be had here: offline, no such address, no access. Scores of it have status ``unavailable``.

    `private` says that it is private, so that access is what is missing.
    """

    def __init__(self, what: str, *, expected: str = "", remedy: str = "", private: bool = False):
        self.private = private
        super().__init__(what, expected=expected, remedy=remedy)


class HashMismatch(DataError):
    """Bytes that arrived are not the bytes that were named."""


class InvalidFile(DataError, ValueError):
    """A file is not what its format says: truncated, foreign, or of another version."""


class UnsafeArchive(DataError):
    """An archive would write outside its folder, or holds what no data archive holds."""


class StorageError(DataError, OSError):
    """The place where we store cannot be written: read-only, full, or locked."""

    def __str__(self) -> str:
        return BrainScoreError.__str__(self)


# --- models and scoring --------------------------------------------------------------------------------------------


class Unsupported(BrainScoreError):
    """The model refuses. Scores of it have status ``unsupported``, which is no failure."""


class UnsupportedTask(Unsupported):
    """The model does not do this task."""


class UnsupportedRegion(Unsupported):
    """The model has no map for this region, species or stimulus position."""


class UnknownLayer(BrainScoreError, LookupError):
    """The network has no layer of this name."""


class InvalidModelOutput(BrainScoreError, ValueError):
    """The model answered with another number of rows, with other stimuli, or with NaN."""


class NetworkFailed(BrainScoreError, RuntimeError):
    """A network raised in its forward pass: its input is of another size than it takes, or it is broken."""

    def __str__(self) -> str:
        return BrainScoreError.__str__(self)


class CacheDisagreement(BrainScoreError):
    """A cached entry is not what the network computes now; it was set aside."""
