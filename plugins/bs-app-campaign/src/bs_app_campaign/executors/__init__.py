"""Where attempts are made. An executor is found by its entry point in the group ``brainscore.executors``."""

from .executor import Executor, ExecutorLost, executor, refuse_unkept

__all__ = ["Executor", "ExecutorLost", "executor", "refuse_unkept"]
