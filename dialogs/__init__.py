"""Every conversation, screen and life cycle, as data and pure functions.

Nothing here stores, judges, sends or reads a clock.
"""
