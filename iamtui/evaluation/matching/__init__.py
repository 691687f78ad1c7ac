"""How statements match a request, and what each layer says (sections 5 and 11)."""
