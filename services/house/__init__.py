"""The house itself as its admins keep it: spaces, hours, the calendar, closures, pictures and stewards."""
