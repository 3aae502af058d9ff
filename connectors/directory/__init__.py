"""The generic list-and-detail connector: reads a network of which all that is particular stands in ``network.toml``."""
