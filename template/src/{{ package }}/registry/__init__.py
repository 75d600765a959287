"""The registry: what was tried, what may serve, and who decided. Kept by the tools."""
