"""What people ask for: one module per act, its command and its pure decision."""
