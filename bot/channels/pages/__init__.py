"""The managers' single-use pages."""
