"""What a new database is filled with: the spaces and the calendar of the house, and the living demo."""
