"""What customers allowed us, and the gate that every message to them passes."""
