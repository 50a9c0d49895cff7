"""Every classification network of torchvision as a brain model, with an untrained twin of each."""

from .family import Torchvision

torchvision = Torchvision("torchvision")
