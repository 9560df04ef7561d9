"""The version of this package, in the one place that the build and the user agent read."""

VERSION = "0.1.0"
