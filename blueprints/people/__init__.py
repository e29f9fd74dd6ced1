"""Pages: neighbours to verify."""

from blueprints.people.routes import blueprint

__all__ = ["blueprint"]
