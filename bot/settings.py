"""One frozen Settings, read once by the composition root: names begin with SWIS_, secrets never print."""

import base64
import binascii
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AliasChoices, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def _split(raw: object) -> object:
    if isinstance(raw, str):
        return tuple(part.strip() for part in raw.split(",") if part.strip())
    return raw


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
Paths = Annotated[tuple[Path, ...], NoDecode, BeforeValidator(_split)]


class Settings(BaseSettings):
    """What an installation chooses. Each is an environment variable; README's table is made from the descriptions."""

    model_config = SettingsConfigDict(
        frozen=True, env_prefix="SWIS_", extra="ignore", populate_by_name=True, validate_default=True
    )

    database_url: Annotated[str, Field(min_length=1)] = Field(
        default="sqlite:///var/swis.sqlite", description="Where everything is kept: a SQLite file or PostgreSQL."
    )
    authorities: Names = Field(
        default=("ealing", "gateshead"), description="The authorities served, separated by commas."
    )
    directory_files: Paths = Field(
        default=(), description="Directory files, separated by commas; without any, the examples of the authorities."
    )
    documents_folder: Path | None = Field(
        default=None, description="A folder of threshold documents to use instead of the packaged ones."
    )
    port: Annotated[int, Field(ge=0, le=65535)] = Field(
        default=8080,
        validation_alias=AliasChoices("SWIS_PORT", "PORT"),
        description="The port of the local page, or of the service; PORT works too.",
    )
    bind: Annotated[str, Field(min_length=1)] = Field(
        default="127.0.0.1",
        description="The address that `swis serve` listens at, in plain HTTP: TLS belongs in front of it, and what "
        "stands in front must not hand out /healthz and /metrics.",
    )
    public_address: Annotated[str, Field(pattern=r"^https?://[^\s/]+(/[^\s]*)?$")] | None = Field(
        default=None,
        description="Where managers' browsers reach this service, for single-use links to figures; without it, this "
        "machine's own address.",
    )
    rehearsal_domains: Names = Field(
        default=(),
        description="Domains of e-mail addresses that `swis serve --rehearsal` may write to, separated by commas.",
    )
    keys: SecretStr | None = Field(
        default=None, description="Master keys as id:base64, oldest first, separated by commas; the last one seals."
    )
    keys_file: Path | None = Field(
        default=None, description="A file with one master key a line, as id:base64, instead of SWIS_KEYS."
    )
    mail_host: str | None = Field(
        default=None, description="The mail server that sends when no platform takes a card; without one, no e-mail."
    )
    mail_port: Annotated[int, Field(ge=1, le=65535)] = Field(default=587, description="Its port.")
    mail_from: str | None = Field(default=None, description="The address that mails come from.")
    mail_user: str | None = Field(default=None, description="Whom the mail server knows us as.")
    mail_password: SecretStr | None = Field(default=None, description="The password for it.")
    mail_tls: Literal["starttls", "implicit", "none"] = Field(
        default="starttls",
        description="How it is spoken to: starttls, implicit, or none, which only a server on this machine may have.",
    )
    mail_ca_file: Path | None = Field(
        default=None, description="A file of certificates to trust for it instead of the system's."
    )
    mail_timeout: Annotated[float, Field(gt=0, le=30)] = Field(
        default=10, description="Seconds that each step of sending a mail may take."
    )
    slack_teams: Names = Field(
        default=(),
        description="Ids of the Slack workspaces that are served, separated by commas; all others are refused.",
    )
    slack_bot_tokens: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("SWIS_SLACK_BOT_TOKENS", "SWIS_SLACK_BOT_TOKEN"),
        description="The bot token of each workspace as team:token, separated by commas; one workspace's alone.",
    )
    slack_signing_secret: SecretStr | None = Field(
        default=None, description="What Slack signs its requests to /slack/events with."
    )
    slack_app_token: SecretStr | None = Field(
        default=None, description="The app-level token of Socket Mode; with it, no request comes in over HTTP."
    )
    slack_app_id: str | None = Field(
        default=None, description="The Slack app's id; with it, requests of another app are refused."
    )
    slack_base_url: Annotated[str, Field(min_length=1)] = Field(
        default="https://slack.com/api/",
        validation_alias=AliasChoices("SLACK_BASE_URL", "SWIS_SLACK_BASE_URL"),
        description="Where Slack's Web API is; another server for tests and proxies.",
    )
    teams_tenants: Names = Field(
        default=(),
        description="Ids of the Microsoft 365 tenants that are served, separated by commas; all others are refused. "
        "Without SWIS_TEAMS_APP_ID, programmes on this machine only, as the Playground is one.",
    )
    teams_app_id: str | None = Field(
        default=None, description="The Teams bot's id; with a bot of each tenant tenant:id, separated by commas."
    )
    teams_app_password: SecretStr | None = Field(
        default=None, description="The bot's secret; with a bot of each tenant tenant:secret, separated by commas."
    )
    teams_app_tenant: str | None = Field(
        default=None,
        description="The tenant that one bot for all is registered in; without it, the first that is served.",
    )
    teams_openid_url: Annotated[str, Field(min_length=1)] = Field(
        default="https://login.botframework.com/v1/.well-known/openidconfiguration",
        description="Where the keys are named that Teams signs its requests to /api/messages with; another for tests.",
    )
    teams_login_url: Annotated[str, Field(min_length=1)] = Field(
        default="https://login.microsoftonline.com", description="Where the bot gets its tokens; another for tests."
    )
    spool_folder: Path = Field(
        default=Path("var/spool"),
        description="Where this process keeps danger pressed while the database is away, sealed; a folder a process.",
    )
    turn_workers: Annotated[int, Field(ge=1, le=64)] = Field(
        default=4, description="Threads that answer people; slow platforms never take them."
    )
    draft_days: Annotated[int, Field(ge=1, le=90)] = Field(
        default=7, description="Days after which a draft that was left is erased, unless its alert has gone."
    )


def wrong(error: ValidationError) -> tuple[str, ...]:
    """What is wrong with the environment, a line a variable; values are not repeated."""
    return tuple(f"{_variable(str(one['loc'][0]))}: {one['msg']}" for one in error.errors())


def _variable(place: str) -> str:
    return environment_names(place)[0] if place in Settings.model_fields else place


class KeysError(ValueError):
    """Master keys that cannot be read. Says which line, never its content."""


def master_keys(settings: Settings) -> tuple[tuple[str, bytes], ...]:
    """The master keys as (id, 32 bytes), oldest first; none if none are set.

    Raises:
        KeysError: a line is no key, or an id stands twice.
        OSError: the keys file cannot be read.
    """
    if settings.keys_file is not None:
        return parse_keys(settings.keys_file.read_text(encoding="ascii", errors="replace"))
    return parse_keys(settings.keys.get_secret_value()) if settings.keys is not None else ()


def parse_keys(text: str) -> tuple[tuple[str, bytes], ...]:
    """Keys from lines or a comma-separated list of `id:base64`.

    Raises:
        KeysError: a part is no key of 32 bytes, or an id stands twice.
    """
    parts = [part.strip() for part in text.replace(",", "\n").splitlines()]
    keys = tuple(_key(number, part) for number, part in enumerate(parts, 1) if part)
    if len({name for name, _ in keys}) < len(keys):
        raise KeysError("a key id stands twice: give each key its own")
    return keys


def _key(number: int, part: str) -> tuple[str, bytes]:
    name, _, encoded = part.partition(":")
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        key = b""
    if not name or len(key) != 32:
        raise KeysError(f"key {number} is not id:base64 of 32 bytes")
    return name, key


def environment_names(name: str) -> tuple[str, ...]:
    """The environment variables that set a setting.

    >>> environment_names("port")
    ('SWIS_PORT', 'PORT')
    """
    alias = Settings.model_fields[name].validation_alias
    if isinstance(alias, AliasChoices):
        return tuple(str(choice) for choice in alias.choices)
    return (f"SWIS_{name.upper()}",)


def environment_of_child(added: Mapping[str, str]) -> dict[str, str]:
    """The environment for a program that we start: without our settings, keys among them, and with what is added."""
    return {**{name: value for name, value in os.environ.items() if not name.startswith("SWIS_")}, **added}


def table() -> str:
    """The settings as a Markdown table, for README."""
    head = ("| setting | default | what it is |", "|---|---|---|")
    return "\n".join((*head, *(_row(name, field.default) for name, field in Settings.model_fields.items())))


def _row(name: str, default: object) -> str:
    names = ", ".join(f"`{variable}`" for variable in environment_names(name))
    return f"| {names} | {_shown(default)} | {Settings.model_fields[name].description} |"


def _shown(default: object) -> str:
    if default in (None, ()):
        return "none"
    return f"`{','.join(default)}`" if isinstance(default, tuple) else f"`{default}`"


def as_mapping(settings: Settings) -> Mapping[str, str]:
    """Every setting as text, secrets masked."""
    return {name: str(getattr(settings, name)) for name in Settings.model_fields}
