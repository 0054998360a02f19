"""Settings: one field, one environment variable, one line of help."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Literal

from pydantic import AliasGenerator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.errors import SettingsError

SHORTEST_WORD = 4
ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """What an operator can set. Read from the environment, once, when the app is made."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="ignore",
        alias_generator=AliasGenerator(validation_alias=lambda name: f"PARTERRE_{name.upper()}"),
    )

    data: Path = Field(ROOT / "data" / "customers.csv", description="Customer file to segment (CSV).")
    home: Path = Field(ROOT / "var", description="Folder for everything that is written at run time.")
    env: Literal["development", "production"] = Field(
        "development", description="`production` sends cookies over HTTPS only and insists on a SECRET_KEY."
    )
    secret_key: SecretStr | None = Field(
        None,
        validation_alias="SECRET_KEY",
        description="Signs sessions; at least 32 characters. Made and kept in PARTERRE_HOME in development.",
    )
    old_keys: SecretStr | None = Field(
        None,
        validation_alias="SECRET_KEY_FALLBACKS",
        description="Keys of before, separated by commas: sessions that they signed go on.",
    )
    accounts: Literal["csv", "database"] = Field(
        "csv", description="Where accounts are kept: `users.csv` in PARTERRE_HOME, or the database."
    )
    host: str = Field("127.0.0.1", validation_alias="HOST", description="Address to listen on.")
    port: int = Field(8050, ge=0, le=65535, validation_alias="PORT", description="Port to listen on.")
    workers: int = Field(
        2, ge=1, le=64, validation_alias="WEB_CONCURRENCY", description="Web worker processes."
    )
    threads: int = Field(4, ge=1, le=64, description="Threads in each web worker.")
    proxies: int = Field(
        0, ge=0, le=5, description="Reverse proxies in front whose X-Forwarded headers are believed."
    )
    proxy_addresses: str = Field(
        "",
        description="Addresses or networks that those proxies come from, separated by commas. Empty: every address "
        "that is not a public one.",
    )
    hosts: str = Field(
        "",
        description="Names that the server is asked by, separated by commas; `.example.com` for all below it. Empty: "
        "any, but only this machine's own where HOST is one of them.",
    )
    signup: Literal["", "open", "approval", "invited", "closed"] = Field(
        "",
        description="Who may make an account once the administrator exists: anybody, anybody whom an administrator "
        "then admits, who is invited, nobody. Empty: as administrators choose at `/admin`; until then `open` in "
        "development, `invited` in production.",
    )
    second_step: Literal["", "own", "everybody"] = Field(
        "",
        description="Who needs a code of an app besides the password: each as they like, everybody. Empty: as "
        "administrators choose at `/admin`; until then `own`.",
    )
    export: Literal["", "everyone", "administrators"] = Field(
        "",
        description="Who may download customers and models. Empty: `everyone`, but `administrators` in production "
        "where sign-up is open.",
    )
    session_hours: float = Field(
        12, gt=0, le=720, description="Hours without a click after which a session ends."
    )
    session_days: float = Field(
        7, gt=0, le=365, description="Days after which a session ends, however it is used."
    )
    password_words: str = Field(
        "",
        description="Words that passwords may not be built on, separated by commas: names of the organisation, "
        "its products and places.",
    )
    api_rate: int = Field(600, ge=1, description="Requests that one token may make to /api/v1 in a minute.")
    mcp: bool = Field(
        False,
        description="Whether /api/v1/mcp answers models by the Model Context Protocol, with a token's rights; it only reads.",
    )
    leaks_url: str = Field(
        "",
        pattern=r"^(https?://\S+/)?$",
        description="Service that knows leaked passwords, such as `https://api.pwnedpasswords.com/range/`: it is asked "
        "with the first five digits of a hash when a password is chosen. Empty: nobody is asked.",
    )
    oidc_issuer: str = Field(
        "",
        pattern=r"^(https://\S+|http://(127\.0\.0\.1|localhost)(:\d+)?(/\S*)?)?$",
        description="OpenID Connect provider by which people sign in, such as `https://login.example.com/realms/shop`. "
        "Empty: none.",
    )
    oidc_client: str = Field(
        "", validation_alias="PARTERRE_OIDC_CLIENT_ID", description="What Parterre is called there."
    )
    oidc_secret: SecretStr | None = Field(
        None, validation_alias="PARTERRE_OIDC_CLIENT_SECRET", description="Its secret there."
    )
    oidc_label: str = Field("your organisation", description="What the sign-in page calls the provider.")
    oidc_groups_claim: str = Field(
        "groups", description="Which claim of the ID token lists the groups of a person."
    )
    oidc_admitted: str = Field(
        "",
        description="Groups whose people may come in, separated by commas. Empty: everybody whom the provider knows.",
    )
    oidc_administrators: str = Field(
        "",
        description="Groups whose people are administrators, separated by commas; whoever leaves them is none at the "
        "next sign-in. Empty: roles are given here.",
    )
    oidc_datasets: str = Field(
        "",
        description="What people of groups are in datasets, separated by commas: `marketing=shop:analyst` makes them "
        "`viewer`, `analyst` or `owner` there, until the first sign-in after they have left the group. Empty: roles "
        "are given here.",
    )
    scanner: str = Field(
        "",
        pattern=r"^(tcp://([^\s/:]+|\[[0-9A-Fa-f:.]+\]):\d{1,5}|unix:///\S+)?$",
        description="Virus scanner (clamd) that sees files before they are taken, such as `tcp://clamav:3310` or "
        "`unix:///run/clamav/clamd.ctl`. Empty: none.",
    )
    max_file_mb: int = Field(500, ge=1, description="Largest customer file, in MB.")
    segments: int = Field(6, ge=2, le=12, description="Number of segments, k.")
    rules: str = Field(
        "", description="Cleaning rules switched on or off, as in `-far_out_income,+repeated_rows`."
    )
    currency: str = Field(
        "",
        max_length=3,
        description="ISO code of the currency (EUR, USD ...) of datasets for which none was chosen; empty shows plain numbers.",
    )
    locale: str = Field(
        "",
        description="Locale for thousands, decimals and dates, such as `de_DE`, for everybody, where none was chosen "
        "for the dataset. Empty: that of each reader's browser, `en_US` where it names none.",
    )
    database_url: SecretStr | None = Field(
        None,
        validation_alias="DATABASE_URL",
        description="PostgreSQL server for names, views, calculations and which model is live, such as "
        "`postgresql://user:password@host/name`. Empty: a file in PARTERRE_HOME.",
    )
    source: SecretStr | None = Field(
        default=None,
        validation_alias="PARTERRE_SOURCE",
        description="Warehouse of customers or order lines, as an SQLAlchemy address such as "
        "`postgresql://reader:password@host/shop`, for `parterre source`. Empty: none.",
    )
    source_tables: str = Field(
        default="",
        validation_alias="PARTERRE_SOURCE_TABLES",
        description="Its tables that may be read, separated by commas: of these, and no others, whoever may add datasets "
        "makes them at `/data`. Empty: all that its user may read, on the command line only.",
    )
    smtp_url: SecretStr | None = Field(
        None,
        validation_alias="SMTP_URL",
        description="Mail server for weekly reports and links for a new password, such as "
        "`smtps://user:password@mail.example.com?from=parterre@example.com`. Empty: nothing is sent.",
    )
    mail_domains: str = Field(
        "",
        description="The house's own mail domains, separated by commas: administrators may have weekly reports sent to any "
        "address there. All others, and elsewhere, only to an address that they have confirmed.",
    )
    cluster_data: str = Field(
        default="",
        description="Addresses of Parquet files of customers on shared storage, as fsspec reads them, separated by commas, "
        "such as `s3://shop/customers/`: of these, and no others, whoever may add datasets makes them at `/data` where "
        "DASK_SCHEDULER is set.",
    )
    dask_scheduler: str = Field(
        default="",
        pattern=r"^((tcp|tls)://\S+)?$",
        validation_alias="DASK_SCHEDULER",
        description="Scheduler of a Dask cluster, such as `tls://scheduler:8786`, whose workers read customers from shared "
        "storage and make segments of them. Whoever can reach it can run programs there. Empty: none.",
    )
    metrics_token: SecretStr | None = Field(
        None,
        description="Opens /metrics, for Prometheus, to who sends it as a bearer token; at least 32 characters. Empty: "
        "it is closed.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="Least serious log line that is written."
    )

    @property
    def production(self) -> bool:
        """Whether others than developers use it."""
        return self.env == "production"

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach it."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def admits(self) -> Literal["open", "approval", "invited", "closed"]:
        """How newcomers get an account, unless administrators have chosen."""
        return self.signup or ("invited" if self.production else "open")

    @property
    def asks_code(self) -> bool:
        """Whether the first account, which is the administrator's, takes the code that the start prints."""
        return self.production or not self.is_local

    @property
    def viewers_export(self) -> bool:
        """Whether viewers may download customers and models."""
        usual = "administrators" if self.production and self.admits == "open" else "everyone"
        return (self.export or usual) == "everyone"


def context_words(settings: Settings) -> tuple[str, ...]:
    """Words that a guesser of passwords tries here first: those of the operator, and of our hosts and mail domains."""
    names = listed(f"{settings.hosts},{settings.mail_domains}")
    labels = {label.lower() for name in names for label in name.split(":")[0].split(".")[:-1]}
    return (
        *listed(settings.password_words),
        *sorted(label for label in labels if len(label) >= SHORTEST_WORD),
    )


def listed(text: str) -> tuple[str, ...]:
    """What a setting lists, separated by commas."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def variable(name: str) -> str:
    """Environment variable of the field `name`."""
    return str(Settings.model_fields[name].validation_alias)


def load(**overrides: object) -> Settings:
    """Settings from the environment, with `overrides` by field name.

    Raises SettingsError if a variable holds a value that can't be used; the message names it.
    """
    try:
        # By variable, not by field: a field's name is no variable of ours, and every shell sets HOME.
        return Settings(**{variable(name): value for name, value in overrides.items()})  # type: ignore[arg-type]
    except ValidationError as error:
        found = (f"{one['loc'][0]}: found {one['input']!r}. {one['msg']}." for one in error.errors())
        raise SettingsError("; ".join(found)) from error
