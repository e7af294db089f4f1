"""Single figures that people copied from pages of their publishers, each with its own address."""
