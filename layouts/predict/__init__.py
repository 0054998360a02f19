"""Predict: where does this customer belong?"""
