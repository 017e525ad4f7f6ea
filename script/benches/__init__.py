"""Benchmarks: each module has `run()`, which returns one result or a list of them; see `script/bench`."""
