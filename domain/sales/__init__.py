"""Sales in pure Python: platform exports become order lines, lines find their booth, booths their figures."""
