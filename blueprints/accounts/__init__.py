"""Pages: signing up, logging in and out, the own account, language and letter size."""

from blueprints.accounts import data, facts, resetting
from blueprints.accounts.routes import blueprint

__all__ = ["blueprint", "data", "facts", "resetting"]
