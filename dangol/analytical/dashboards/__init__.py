"""What people see of the figures: the Overview page, its pictures, their tables and the lists behind them."""
