"""Customers: who exactly? The list behind the filters, its columns, and its downloads."""
