"""The plenary dossier."""
