"""Training of the models whose weights AuxSend makes itself. Nothing here is needed to run them."""
