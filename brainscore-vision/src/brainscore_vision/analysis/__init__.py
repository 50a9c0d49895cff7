"""Questions asked of models and benchmarks, beyond a score."""
