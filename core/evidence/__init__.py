"""How many segments are there really, and would they come again?"""
