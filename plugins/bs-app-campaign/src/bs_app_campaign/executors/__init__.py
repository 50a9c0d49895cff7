"""Where attempts are made. An executor is found by its entry point in the group ``brainscore.executors``."""

from .executor import Executor, executor

__all__ = ["Executor", "executor"]
