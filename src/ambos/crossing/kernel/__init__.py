"""The compiled twin: plain arrays in, plain arrays out."""
