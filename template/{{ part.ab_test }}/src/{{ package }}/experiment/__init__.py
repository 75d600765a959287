"""The A/B test of a challenger: how large it must be, how it is analysed, and what follows."""
