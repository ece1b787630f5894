"""Fits the parameters in platforms/ to measured kernels, collectives and steps."""
