"""The register: commitments, agreements and projects of the commission. Floor 4."""
