"""The desk: what staff decide and may take back, and the day that they run."""
