"""Customers: a page of the list at a time, sorted here; one customer on a page of their own."""
