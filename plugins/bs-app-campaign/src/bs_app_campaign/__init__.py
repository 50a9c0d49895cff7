"""Many models on many benchmarks: a database of scores, and campaigns that survive whatever happens to them."""

from .campaign import Campaign
from .database import Database

__all__ = ["Campaign", "Database"]
