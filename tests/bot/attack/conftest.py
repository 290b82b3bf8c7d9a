"""The same scenes as the scenarios': here people press what they should not."""

from tests.bot.scenarios.conftest import scene, template

__all__ = ["scene", "template"]
