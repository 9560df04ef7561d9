"""The bundler: one zip per function, made by uv from uv.lock, without Docker.

Owns what a zip holds and how it is made; `bundle_functions` is its one way in, called by the stack and the tests. A zip has
`functions/…` (the modules that the function's door reaches, nothing else), its pruned libraries, and `tallystick.json`.
Every module comes with unchecked-hash bytecode of the function's own Python, because CDK and Lambda throw the dates away
that ordinary bytecode is checked by, and /var/task cannot be written to.
"""

from infra.bundle.builder import bundle_functions
from infra.bundle.target import AWS, Target

__all__ = ["AWS", "Target", "bundle_functions"]
