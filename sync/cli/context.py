"""What every command is asked with: the configuration, and how loud to be."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from connectors import registry
from sync.settings import Settings, config_file, load_settings


@dataclass
class Asked:
    """The options that stand before a command.

    Arguments:
        config: ``--config``; None: ``CLUSTERBRIDGE_CONFIG``, else ``config.toml`` here, else defaults.
        quiet: no progress and no remarks on stderr, errors apart.
    """

    config: Path | None = None
    quiet: bool = False

    @cached_property
    def settings(self) -> Settings:
        """The settings, read when first needed. Raises ConfigError."""
        return load_settings(self.config, networks=registry.names())

    @property
    def config_file(self) -> Path | None:
        """The file that the settings come from; None: there is none."""
        return config_file(self.config)
