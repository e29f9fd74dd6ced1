"""Pages: neighbours to verify, and every account as its keepers see it."""

from blueprints.people import actions, registry
from blueprints.people.routes import blueprint

__all__ = ["actions", "blueprint", "registry"]
