"""Names that the Teams app's manifest and the listeners share. Nothing else."""

COMMAND = "concern"
"""The message extension's action command. It takes nothing from the message that it is pressed at."""
