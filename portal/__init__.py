"""The staff's web page: find clusters, understand them, and build a consortium; it reads editions and writes on the desk only."""
