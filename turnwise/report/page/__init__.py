"""The comparison as one HTML file that needs no network: numbers, drawings, and every dialogue behind them."""
