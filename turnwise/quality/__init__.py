"""Interaction quality: nine sub-scores of a dialogue, each with the turns it rests on. Pure functions of a Transcript."""
