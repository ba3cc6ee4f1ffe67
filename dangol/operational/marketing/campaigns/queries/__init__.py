"""What is known of campaigns."""
