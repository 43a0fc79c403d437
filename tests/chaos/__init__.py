"""The delivery promise under fire: real processes, real faults, and the invariants checked against what was left.

`python -m tests.chaos --seed 1 --duration 180`
"""
