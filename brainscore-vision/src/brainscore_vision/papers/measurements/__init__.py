"""What is measured of a model, one file a kind; each gives samples: one number a unit, a trial or a stimulus."""
