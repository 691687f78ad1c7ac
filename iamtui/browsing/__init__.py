"""What the app shows, without a terminal: subjects, trees, facts, requests and their texts."""
