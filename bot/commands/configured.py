"""The settings as commands read them; a mistake in them becomes clear lines."""

from pydantic import ValidationError

from bot.commands.exits import Problem
from bot.settings import Settings, wrong


def chosen() -> Settings:
    """The settings; a clear problem when the environment holds what can't be used."""
    try:
        return Settings()
    except ValidationError as error:
        raise Problem(wrong(error)) from None
