"""What is kept, and sealed. Knows the pure shapes; decides and sends nothing."""
