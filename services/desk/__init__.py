"""The approval desk: decisions that can be taken back, other times, second yeses, reasons and batches."""
