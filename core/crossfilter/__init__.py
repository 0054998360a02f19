"""The engine under every chart: bins, code columns, selections, counts."""
