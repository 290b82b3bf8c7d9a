"""What a local authority's threshold document says, and nothing else.

Pure: no database, network, clock, ids or logging. Data stands under `vocabulary/` and `authorities/`.
"""
