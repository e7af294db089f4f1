"""Ministry of Tourism of Mexico (SECTUR)."""
