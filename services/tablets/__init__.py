"""Shared tablets: enrolled once by an admin, taken over by PIN, locked when nobody touches them."""
