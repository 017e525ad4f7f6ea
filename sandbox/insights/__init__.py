"""Numbers about accounts and media: a seeded, reproducible history that hangs together.

Everything is a function of ids, days and what is stored; nothing is written down when it is read.
"""
