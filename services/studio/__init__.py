"""The studio: shows and their booths, from application to the last one on air."""
