"""What the digital human answers: the interface of a responder, and one that works with no network and no model."""
