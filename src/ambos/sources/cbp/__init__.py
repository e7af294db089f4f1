"""US Customs and Border Protection."""
