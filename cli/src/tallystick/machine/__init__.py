"""The machine a login runs on: terminal, browser, clipboard, clocks, environment and folders.

Knows nothing of OAuth: what a server sent is made safe to print here, whether it may be used is decided above.
"""
