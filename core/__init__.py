"""What is true: reading, cleaning, segmenting. Free of dash, flask and plotly."""
