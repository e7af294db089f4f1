"""US National Park Service (NPS)."""
