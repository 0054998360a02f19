"""Campaigns: what works with whom?"""
