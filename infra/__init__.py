"""Tallystick on AWS, and on one machine. Knows the functions' settings and routes, and runs none of them.

`app` is the way in, for `cdk` and for the local run; `stack` reads as a sentence; `surroundings` is where AWS and the
emulator differ. `functions` has a row for each function, `configuration` is what the operator says, `constructs` what the
stack is made of, `bundle` what the functions ship, `page_files` what the page's bucket holds, `commands` what an operator
runs, `local` the run on one machine.
"""
