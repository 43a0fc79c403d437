"""What runs on its own: what is over is published."""
