"""What the house costs at a size far above its own, as ratios measured side by side; never part of the tests."""
