"""Use cases: one public function is one transaction is one thing that a person does."""
