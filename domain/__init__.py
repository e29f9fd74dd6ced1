"""The rules of the house in pure Python: no Flask, no SQLAlchemy, no clock of its own."""
