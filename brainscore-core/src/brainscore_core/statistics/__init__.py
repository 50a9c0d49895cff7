"""What several metric packages share: cross-validation, correlation, reliability, bootstrap, comparison.

Pure functions on arrays. scikit-learn and scipy come with the extra ``brainscore-core[statistics]`` and are imported
inside calls.
"""
