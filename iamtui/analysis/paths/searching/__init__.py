"""The search: who has an edge into the administrators, then into the set grown by them (EP50)."""
