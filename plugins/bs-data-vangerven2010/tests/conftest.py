"""Where tests find the published files: in the shared folder beside the repository, never over the network."""

from brainscore_core.testing.fixtures import published_files

__all__ = ["published_files"]
