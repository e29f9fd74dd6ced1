"""Rules of shops: papers, products and what may be said of them."""
