"""Behaviour: what a subject answers, task by task, from the layers that a model commits to behaviour."""

from .decoders import LogisticDecoder

__all__ = ["LogisticDecoder"]
