"""What an attacker would try, on the deployed stack."""
