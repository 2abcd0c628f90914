"""Make an invented planning region: land, places, roads, services and borders, from one seed."""
