"""What may be published of counts of people; docs/disclosure.md tells the rules on a page."""
