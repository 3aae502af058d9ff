"""ECCP, the European Cluster Collaboration Platform: profiles of the Drupal 7 and Drupal 9 eras."""
