"""A local Instagram: it speaks the API of Instagram with Instagram Login, and refuses what Instagram refuses.

Run it with ``python -m sandbox --port 8001``. It shares no code with ``app``.
"""
