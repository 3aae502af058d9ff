"""What the European platform writes on every page."""

SITE_NAME = "European Cluster Collaboration Platform"
