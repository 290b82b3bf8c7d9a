"""The same scenes as the scenarios': here people press what they should not."""

from tests.bot.scenarios.conftest import place, scene, template

__all__ = ["place", "scene", "template"]
