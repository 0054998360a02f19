"""What happens: everything that answers a request."""
