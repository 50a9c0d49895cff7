"""Stimuli made from parameters: the same pixels everywhere, named by what they are made of."""
