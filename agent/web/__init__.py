"""The page that the business unit works from: what is shown, and what a posted form does."""
