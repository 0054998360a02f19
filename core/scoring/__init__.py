"""Customers that the model was not fitted on: one, or a file of them."""
