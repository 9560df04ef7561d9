"""The approval page in a real browser: alone with a scripted API, and end to end on the deployed stack."""
