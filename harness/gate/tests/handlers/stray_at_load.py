"""Asks somebody else for its settings while it is loaded, and does without if nobody answers."""
import socket

try:
    socket.create_connection(("settings.example.com", 443), timeout=1)
except OSError:
    pass


def handler(event, context):
    pass
