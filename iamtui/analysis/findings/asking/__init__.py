"""What reviews ask of everybody, asked once for all who are decided alike (WC2)."""
