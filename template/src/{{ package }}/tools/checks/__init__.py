"""What illustrates a drift report: `illustration.illustrate` draws two samples and decides nothing.

Another tool brings a module of that name with the same function and `Illustration`.
"""
