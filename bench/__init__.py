"""Measures the programme against its peers, both in one run on one core. Figures are written by `make bench` only."""
