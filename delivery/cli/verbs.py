"""Every verb of the command line, in the order in which help lists them."""

from delivery.cli import acting, penalties, questions, setting_up, upkeep, watching
from delivery.cli.app import app

__all__ = ["acting", "app", "penalties", "questions", "setting_up", "upkeep", "watching"]
