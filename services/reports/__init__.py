"""How the house is used, and what people asked for in vain."""
