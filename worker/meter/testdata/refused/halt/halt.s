// Nothing: that there is assembly is enough.
