"""What `script/server` and `script/test` are made of. The standard library only: nothing is installed yet."""
