"""Telling people beyond the app: what they want to hear how, when it may reach them, and the way out."""
