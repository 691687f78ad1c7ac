"""What is asked about paths, and what that is answered with: edges, sets of them, and paths (EP1, EP51)."""
