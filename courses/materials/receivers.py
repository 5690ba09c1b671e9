"""What materials does when an upload has been verified."""
