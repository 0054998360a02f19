"""What customers are expected to buy over the next year, from when and how often they bought."""
