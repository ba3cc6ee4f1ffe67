"""Ground floor: knows no CRM word."""
