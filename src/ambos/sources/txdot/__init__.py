"""Texas Department of Transportation (TxDOT), with the University of North Texas."""
