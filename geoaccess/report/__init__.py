"""Numbers become maps and pages that open by double click, without a network."""
