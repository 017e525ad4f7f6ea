"""The only code that knows Instagram's API.

It imports no Flask, no database and nothing else from the application: values in, values or an `InstagramError` out.
"""
