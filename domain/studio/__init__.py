"""Rules of the studio: shows, booths, draws and the running order."""
