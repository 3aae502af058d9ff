"""How each network is read: connectors ask for pages and interpret them, with no clock, no files written, no sockets."""
