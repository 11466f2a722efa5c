"""What does the API take and give, field by field? The OpenAPI description is made of it."""
