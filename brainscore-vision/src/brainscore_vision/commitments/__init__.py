"""How a network becomes a brain model: committed, before any benchmark is seen."""
