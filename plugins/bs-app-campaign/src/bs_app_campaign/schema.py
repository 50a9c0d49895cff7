"""The tables: models and benchmarks as they were, scores that are only ever added to, campaigns and their pairs."""

from typing import Any

from sqlalchemy import JSON, Double, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """All tables of the database."""

    type_annotation_map = {float: Double, dict[str, Any]: JSON, list[Any]: JSON}


class Model(Base):
    """A model in one version: another digest or distribution version is another row."""

    __tablename__ = "model"
    __table_args__ = (UniqueConstraint("identifier", "distribution", "version", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    identifier: Mapped[str] = mapped_column(String, index=True)
    distribution: Mapped[str] = mapped_column(String, default="")
    version: Mapped[str] = mapped_column(String, default="")
    digest: Mapped[str] = mapped_column(String, default="")
    """SHA-256 of its content; empty where that cannot be read."""
    released: Mapped[str] = mapped_column(String, default="")
    """ISO date at which its weights were frozen; empty where nobody says."""
    flags: Mapped[list[Any]] = mapped_column(JSON, default=list)
    info: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Benchmark(Base):
    """A benchmark in one version of its scores."""

    __tablename__ = "benchmark"
    __table_args__ = (UniqueConstraint("identifier", "version", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    identifier: Mapped[str] = mapped_column(String, index=True)
    version: Mapped[int]
    digest: Mapped[str] = mapped_column(String, default="")
    domain: Mapped[str] = mapped_column(String, default="")
    parent: Mapped[str] = mapped_column(String, default="")
    access: Mapped[str] = mapped_column(String, default="public")
    released: Mapped[str] = mapped_column(String, default="")
    info: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Score(Base):
    """What became of one attempt at one pair. Rows are added and never changed; a status is never put into a number."""

    __tablename__ = "score"
    __table_args__ = (Index("ix_score_pair", "model_id", "benchmark_id", "id"), Index("ix_score_key", "key"))

    id: Mapped[int] = mapped_column(primary_key=True)
    run: Mapped[str] = mapped_column(String, unique=True)
    """Name of the attempt: a result that is handed in twice is stored once."""
    key: Mapped[str | None] = mapped_column(String)
    """What the score is made of (:func:`~bs_app_campaign.keys.score_key`); null where that cannot be read."""
    model_id: Mapped[int] = mapped_column(ForeignKey("model.id"))
    benchmark_id: Mapped[int] = mapped_column(ForeignKey("benchmark.id"))
    status: Mapped[str] = mapped_column(String)
    reason: Mapped[str] = mapped_column(String, default="")
    value: Mapped[float | None]
    error: Mapped[float | None]
    ceiling: Mapped[float | None]
    ceiling_error: Mapped[float | None]
    raw: Mapped[float | None]
    raw_error: Mapped[float | None]
    normalisation: Mapped[str] = mapped_column(String, default="")
    flags: Mapped[list[Any]] = mapped_column(JSON, default=list)
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    provenance: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    log: Mapped[str] = mapped_column(String, default="")
    """Where what the attempt printed lies."""
    seconds: Mapped[float | None]
    peak_memory_mb: Mapped[float | None]
    recorded: Mapped[str] = mapped_column(String, index=True)
    """UTC, ISO 8601 with microseconds, as the clock said: the order of rows is that of `id`, whatever it said."""


class Draws(Base):
    """The value under resampled stimuli, so that models can be compared in pairs later."""

    __tablename__ = "draws"

    score_id: Mapped[int] = mapped_column(ForeignKey("score.id"), primary_key=True)
    quantity: Mapped[str] = mapped_column(String, primary_key=True)
    """``score`` or ``raw``."""
    form: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Dimensions, shape, attributes, subjects."""
    values: Mapped[bytes] = mapped_column(LargeBinary)
    """float64, little-endian, C order."""


class Tree(Base):
    """The tree of a domain as it was when scores were stored: another one is another row."""

    __tablename__ = "tree"
    __table_args__ = (Index("ix_tree", "domain", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    domain: Mapped[str] = mapped_column(String)
    digest: Mapped[str] = mapped_column(String)
    tree: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Node to parent, in the domain's order."""
    score_id: Mapped[int] = mapped_column(ForeignKey("score.id"))
    """The first score that was stored with it."""


class Campaign(Base):
    """Models times benchmarks that somebody asked for."""

    __tablename__ = "campaign"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String, unique=True)
    status: Mapped[str] = mapped_column(String, default="open")
    """``open``, ``done`` or ``cancelled``."""
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created: Mapped[str] = mapped_column(String)


class Pair(Base):
    """One model on one benchmark in a campaign."""

    __tablename__ = "pair"
    __table_args__ = (UniqueConstraint("campaign_id", "model", "benchmark"), Index("ix_pair", "campaign_id", "status"))

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    model: Mapped[str] = mapped_column(String)
    benchmark: Mapped[str] = mapped_column(String)
    status: Mapped[str] = mapped_column(String, default="pending")
    """The architecture's words; ``pending`` also while it runs: what runs is known to the process that runs it."""
    attempts: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(String, default="")
    score_id: Mapped[int | None] = mapped_column(ForeignKey("score.id"))
