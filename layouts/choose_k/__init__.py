"""Choose k: how many segments are there really?"""
