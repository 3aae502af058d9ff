"""What every command is asked with: the configuration, and how loud to be."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sync.cli.output import warn
from sync.places import STATE

if TYPE_CHECKING:
    from sync.settings import Settings


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
        from connectors import registry  # here, because --help needs neither
        from sync.settings import load_settings

        return load_settings(self.config, networks=registry.names())

    @property
    def timezone(self) -> ZoneInfo:
        """Where people read what commands print, and the staff's page. Raises ConfigError."""
        return ZoneInfo(self.settings.operator.timezone)

    @property
    def config_file(self) -> Path | None:
        """The file that the settings come from; None: there is none."""
        from sync.settings import config_file

        return config_file(self.config)

    def is_demo(self, where: Path) -> bool:
        """Whether a folder or file is the demo's, or in its folder. Raises ConfigError."""
        demo = (self.settings.paths.var / "demo").resolve()
        return demo in (where.resolve(), *where.resolve().parents)

    def begin(self) -> None:
        """Say that live data begin beside the demo's, which nobody sees from then on. Raises ConfigError."""
        var = self.settings.paths.var
        if (var / "demo" / STATE).exists() and not (var / STATE).exists() and not self.quiet:
            warn(
                f"(this begins the live data in {var}; the demo's in {var / 'demo'} stay apart, and are no longer what is shown)"
            )

    def reading(self, where: Path) -> Path:
        """The folder or file whose data a command shows; where that is the demo's, this is said on stderr. Raises ConfigError."""
        demo = (self.settings.paths.var / "demo").resolve()
        if demo.exists() and self.is_demo(where) and not self.quiet:
            warn(f"(the demo's data in {demo}: there are none of a live run here; --config names another configuration)")
        return where
