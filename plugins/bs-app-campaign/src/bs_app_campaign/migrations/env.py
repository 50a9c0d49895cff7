"""Runs migrations on the connection that :mod:`bs_app_campaign.database` hands over."""

from alembic import context

from bs_app_campaign.schema import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
context.run_migrations()
