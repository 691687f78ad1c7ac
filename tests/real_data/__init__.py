"""What real exports and trails beside the checkout are taken for; where there are none, a module is skipped."""
