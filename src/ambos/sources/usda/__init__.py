"""US Department of Agriculture, Economic Research Service (ERS)."""
