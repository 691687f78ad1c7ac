"""What policy documents say of actions and resources, and who carries them: read once, whoever asks (WC2)."""
