"""People's own data: handing them out, correcting, erasing and forgetting them."""
