"""What `script/translations` is made of."""
