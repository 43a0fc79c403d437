"""The wrong designs, each as a patch, and the proof that a named test tells it from the right one.

A new one is a file `<name>.patch`: a header of `Wrong design:`, `Why wrong:` and one or two `Killed-by:` lines, then a
unified diff against the tree. `python -m tests.mutants [NAME ...]` applies them one at a time to a copy.
"""
