"""The configuration, the bundles and the template."""
