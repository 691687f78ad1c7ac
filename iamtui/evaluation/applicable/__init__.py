"""The policies that apply to a request, layer by layer (E10-E13)."""
