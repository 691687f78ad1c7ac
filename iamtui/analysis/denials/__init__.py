"""AWS's refusals beside our decisions: whether they agree, and why not (N9, J2, AT22)."""
