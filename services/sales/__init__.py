"""Sales: order exports become sales, sales find their booths, and everybody sees what they come to."""
