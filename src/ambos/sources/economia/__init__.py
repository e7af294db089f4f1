"""Secretaría de Economía (Mexico): foreign direct investment, and DataMéxico, where it gives figures of others too."""
