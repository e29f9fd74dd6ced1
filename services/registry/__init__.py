"""People as staff and admins keep them, the house's figures, and the trail of what was done."""
