"""CloudTrail: recorded calls, who made them, what they asked for, and what came of it.

Events are no part of a `Snapshot`: they say what was done, not what is allowed. Rules: R reading, U who, A what,
H history, Y keys, M masking.
"""
