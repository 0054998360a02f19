"""Data: whose customers are here, and what is in a file that comes in?"""
