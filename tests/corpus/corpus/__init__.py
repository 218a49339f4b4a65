"""The generator of real crashes: recipes, packages, guests, dumps."""
