"""Who comes in: the port, its addresses, sockets of both generations, and their pairing."""
