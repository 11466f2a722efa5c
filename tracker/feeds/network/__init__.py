"""What may be asked for, and how? Addresses, the HTTP client and its identity."""
