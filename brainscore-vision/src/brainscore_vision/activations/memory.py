"""Telling that memory ran out from every other error."""

_WORDS = ("out of memory", "can't allocate memory", "resource exhausted", "oom when allocating", "failed to allocate")


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error of any framework says that memory, of processor or accelerator, did not suffice."""
    if isinstance(error, MemoryError) or type(error).__name__ in ("OutOfMemoryError", "ResourceExhaustedError"):
        return True
    return isinstance(error, RuntimeError) and any(word in str(error).lower() for word in _WORDS)
