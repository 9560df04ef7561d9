"""A login in use: opened without a request, its access token renewed when needed and put on requests where it belongs.

Takes the tokens from `stores`, renews them through `oauth`. How somebody comes to be logged in is `login`'s.
"""
