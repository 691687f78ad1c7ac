"""The policies that apply to a request, layer by layer (section 2)."""
