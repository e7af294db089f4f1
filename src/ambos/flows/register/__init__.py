"""What a user can ask of the register of commitments."""
