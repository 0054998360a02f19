"""From a customer file to a clean, feature-engineered table."""
