"""Parts that all sources share: files and their members, strict reading, codes, requests over the network."""
