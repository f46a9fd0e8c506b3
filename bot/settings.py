"""The settings: read once from the environment or .env, checked, frozen."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.complaints import bad_setting
from db.rules.retention import BACKUP_DAYS, SIGNUPS_MOST, Keep
from db.store import database_path

PROXY = re.compile(r"(http|socks5)://[^\s/?#]+")


class BadSettings(Exception):
    """A setting is missing or malformed; the text names each one and gives an example, in Russian."""


class Settings(BaseSettings):
    """Every name is explained in .env.example."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True)

    bot_token: str = Field(pattern=r"^\d+:[\w-]{3,}$")
    bot_api_url: str = Field("https://api.telegram.org", pattern=r"^https?://[^\s]+$")
    database_url: str = "sqlite+aiosqlite:///druzhba.db"
    owner_ids: Annotated[tuple[int, ...], NoDecode] = ()
    timezone: str = "Asia/Tomsk"
    http_host: str = "127.0.0.1"
    http_port: int = Field(8081, ge=0, le=65535)
    show_unconfirmed: bool = False
    operator_name: str = ""
    operator_contact: str = ""
    bulk_rate: float = Field(25, gt=0, le=30)
    telegram_proxy: Annotated[tuple[str, ...], NoDecode] = ()
    keep_signups_days: int = Field(60, ge=1, le=SIGNUPS_MOST)
    keep_inactive_months: int = Field(12, ge=3, le=36)
    keep_unreachable_months: int = Field(6, ge=1, le=24)
    backup_folder: Path | None = Path("backups")
    backup_days: int = Field(BACKUP_DAYS, ge=1, le=BACKUP_DAYS)
    backup_key: str = Field("", pattern=r"^(age1[a-z0-9]{58})?$")
    log_format: Literal["plain", "json"] = "plain"
    demo_clock_url: str | None = None

    @field_validator("owner_ids", mode="before")
    @classmethod
    def _numbers(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("telegram_proxy", mode="before")
    @classmethod
    def _addresses(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("telegram_proxy")
    @classmethod
    def _proxies(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for address in value:
            parts = urlsplit(address)
            if not PROXY.fullmatch(address) or not parts.hostname or not parts.port:
                raise ValueError("not the address of a proxy")
        return value

    @field_validator("backup_folder", mode="before")
    @classmethod
    def _or_none(cls, value: Any) -> Any:
        return value or None  # an empty line in .env means no backups

    @field_validator("backup_key")
    @classmethod
    def _public_key(cls, value: str) -> str:
        if value:
            from bot.packing import recipient

            recipient(value)
        return value

    @field_validator("show_unconfirmed", mode="before")
    @classmethod
    def _yes_or_no(cls, value: Any) -> Any:
        return value or False  # an empty line in .env means no

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(value)
        ZoneInfo(value)
        return value

    @field_validator("database_url")
    @classmethod
    def _sqlite_file(cls, value: str) -> str:
        database_path(value)
        return value

    @property
    def keep(self) -> Keep:
        return Keep(self.keep_signups_days, self.keep_inactive_months, self.keep_unreachable_months)

    @property
    def database(self) -> Path:
        return database_path(self.database_url)


def load(**given: Any) -> Settings:
    """The settings, with what is `given` before the environment. Raises BadSettings."""
    try:
        return Settings(**given)
    except ValidationError as error:
        names = dict.fromkeys(str(mistake["loc"][0]).upper() for mistake in error.errors())
        raise BadSettings("\n".join(bad_setting(name) for name in names)) from None
