"""Segments: how do they differ?"""
