"""Pages: the staff's approval desk."""

from blueprints.desk import closing, today  # noqa: F401  their routes
from blueprints.desk.routes import blueprint

__all__ = ["blueprint"]
