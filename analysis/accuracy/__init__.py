"""Compares the simulator with published step times, and predicts those that are not yet known.

A row of a table becomes a job (tables, machines, models, plans, software), jobs are played
(simulator), and what comes out is summed up (statistics, bands, page).
"""
