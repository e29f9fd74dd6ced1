"""Shops: their people, their papers and their products."""
