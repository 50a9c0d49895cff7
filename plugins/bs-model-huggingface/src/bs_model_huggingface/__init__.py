"""Vision networks of the Hugging Face Hub as brain models, with an untrained twin of each."""

from .family import HuggingFace

hf = HuggingFace("hf")
