"""The same scenes as the scenarios': here people press what they should not."""

from tests.bot.scenarios.conftest import file_place, file_scene, place, scene, server_place, server_scene, template

__all__ = ["file_place", "file_scene", "place", "scene", "server_place", "server_scene", "template"]
