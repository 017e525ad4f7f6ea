"""Draws and takes the pictures of docs/images."""
