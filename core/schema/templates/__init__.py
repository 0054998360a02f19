"""Tables that are known before they come; only datasets and the sample know them."""
