"""Every verb of the command line, in the order in which help lists them."""

from delivery.cli import acting, setting_up, upkeep
from delivery.cli.app import app

__all__ = ["acting", "app", "setting_up", "upkeep"]
