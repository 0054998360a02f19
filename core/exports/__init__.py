"""What leaves as a file: how values are written, CSV and workbooks."""
