"""Prints and draws what others computed. Computes no score."""
