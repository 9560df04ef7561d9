"""Tallystick on AWS: the typed configuration, the bundler, and the CDK stack. Knows the functions' settings and routes.

`app` is the way in, for `cdk` and for the local run; `stack` reads as a sentence; each concern is a construct in a file of
its own; `surroundings` is where AWS and the emulator differ.
"""
