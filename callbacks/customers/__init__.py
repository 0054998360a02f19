"""Customers: a page of the list at a time, sorted here; one customer on a page of their own."""

from callbacks.customers.page import GRID, draw, filtered, register
from callbacks.frame.view import View
from core.accounts.permissions import Action

VIEW = View("customers", "/customers", "Customers", Action.VIEW, draw, register, filtered, ahead=GRID)
