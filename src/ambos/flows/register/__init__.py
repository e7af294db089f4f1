"""The register of the commission."""
