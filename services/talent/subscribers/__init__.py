"""Foreign events turned into local commands, one module per service that publishes them."""
