"""A public function per verb: the only place where the rooms meet. Floor 5."""
