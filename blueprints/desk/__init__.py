"""Pages: the staff's approval desk."""

from blueprints.desk.routes import blueprint

__all__ = ["blueprint"]
