"""A believable shop in Almaty with a year and more behind it, made from a seed; nobody in it exists."""
