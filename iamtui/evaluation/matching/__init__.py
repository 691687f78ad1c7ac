"""How statements match a request, and what each layer says (E40-E46, T23-T31)."""
