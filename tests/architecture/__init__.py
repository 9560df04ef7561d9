"""What holds the whole together: the contract's rows, the layers, the imports."""
