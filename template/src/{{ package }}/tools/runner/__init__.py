"""What starts the flows, tries them again and records them."""
