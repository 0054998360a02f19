"""Overview: who are our customers?"""
