"""Every network of timm (PyTorch Image Models) as a brain model, with an untrained twin of each."""

from .family import Timm

timm = Timm("timm")
