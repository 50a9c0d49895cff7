"""What is handed to an executor, and what comes back: folders of files, never objects."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from brainscore_core.data.writing import storage_errors
from brainscore_core.scores import Score

JOB, RESULT, SCORE, LOG, STOP = "job.json", "result.json", "score.json", "log.txt", "stop"


class Ending(StrEnum):
    """How an attempt ended, for the decision whether to make another."""

    DONE = "done"
    """It left a result, whatever that says."""
    CRASHED = "crashed"
    """The process ended without a result."""
    LOST = "lost"
    """The machine or the connection that had it is gone."""
    MEMORY = "memory"
    """It took more memory than it may."""
    TIME = "time"
    """It took longer than it may."""
    OUTPUT = "output"
    """It printed more than it may."""
    ENVIRONMENT = "environment"
    """The environment that it should run in cannot be built."""
    UNWRITTEN = "unwritten"
    """It could not write, though there is room where campaigns write."""
    STORAGE = "storage"
    """Nothing can be written: the disk is full. That says nothing about the pair, nor about any other."""
    UNSTARTED = "unstarted"
    """No process can be started: too many files, processes or pages are in use. That says nothing about the pair."""


@dataclass(frozen=True)
class Limits:
    """What one attempt may take.

    Parameters
    ----------
    seconds : float, optional
        Default: a day. None: as long as it likes.
    memory_mb : float, optional
        Resident, of the process and its children together. None: nine tenths of the machine that it runs on, whose
        system would otherwise end something, and not always what took the memory.
    threads : int
        Of numerical libraries.
    """

    seconds: float | None = 86_400.0
    memory_mb: float | None = None
    threads: int = 1


@dataclass(frozen=True)
class Job:
    """One attempt at one pair.

    Parameters
    ----------
    pair : int
        Row of the database.
    model, benchmark : str
        Identifiers.
    folder : str
        Where its files lie.
    settings : mapping
        ``seed``, ``device``, ``batch_size``.
    known : mapping of key to int
        Scores of this benchmark that need not be computed again.
    limits : Limits
    python : str
        Interpreter; empty: that of the campaign.
    run : str
        Name of the attempt.
    also : sequence of str
        Benchmarks that the model will be shown the same stimuli for: what they record, this attempt records too.
    """

    pair: int
    model: str
    benchmark: str
    folder: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    known: Mapping[str, int] = field(default_factory=dict)
    limits: Limits = Limits()
    python: str = ""
    run: str = field(default_factory=lambda: secrets.token_hex(16))
    also: Sequence[str] = ()

    def write(self) -> Path:
        """Write it into its folder; a crash that loses the file loses an attempt that has not begun.

        Raises
        ------
        StorageError
            If there is no room.
        """
        folder = Path(self.folder)
        with storage_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
            (folder / JOB).write_text(json.dumps(asdict(self), allow_nan=False), encoding="utf-8")
        return folder

    @classmethod
    def read(cls, folder: Path) -> "Job":
        """The job of a folder."""
        content = json.loads((folder / JOB).read_text(encoding="utf-8"))
        return cls(**content | {"limits": Limits(**content["limits"])})


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended; what it found lies in the folder of its job."""

    job: Job
    ending: Ending
    detail: str = ""


def result_of(folder: Path) -> dict[str, Any] | None:
    """What an attempt left, complete or not at all; None where it left none, or what is no result."""
    try:
        content = json.loads((folder / RESULT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) and {"run", "status"} <= content.keys() else None


def bare(identifier: str) -> str:
    """Without the distribution that it was asked of."""
    return identifier.rpartition("::")[2]


def score_file(folder: Path) -> Score | None:
    """The score that an attempt left.

    Raises
    ------
    InvalidFile
        If there is one that cannot be read.
    """
    path = folder / SCORE
    return Score.load(path) if path.exists() else None
