"""Every verb of the command line, in the order in which help lists them."""

from delivery.cli import acting, penalties, questions, setting_up, upkeep, watching
from delivery.cli.app import app

OF = (setting_up, acting, questions, penalties, watching, upkeep)
"""Where the verbs are: set up, act, ask, look after."""

_ORDER = [module.__name__ for module in OF]
app.registered_commands.sort(key=lambda verb: _ORDER.index(str(verb.callback.__module__)))

__all__ = ["app"]
