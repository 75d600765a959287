"""Which versions of the model there are, and which serves: `versions` registers and names them.

Another tool brings a module of that name with the same functions and `Version`. Of them this is
asked: numbers go up from 1; an alias is borne by one version at most, and given to another it
leaves the first; what was written is read back at once.
"""
