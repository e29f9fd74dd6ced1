"""Keeping accounts, and the trail of what was done."""
