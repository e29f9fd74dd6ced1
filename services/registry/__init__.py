"""People as staff and admins keep them: finding, correcting, letting in again, merging."""
