"""The desk: what staff decide, and the day that they run."""
