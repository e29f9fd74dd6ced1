"""Pages: neighbours to verify, and every account as its keepers see it."""

from blueprints.people import actions, data, merging, registry
from blueprints.people.routes import blueprint

__all__ = ["actions", "blueprint", "data", "merging", "registry"]
