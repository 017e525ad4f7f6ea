"""A demo workspace for trying the program out against the local sandbox: `python -m app.demo`."""
