"""What runs on the untrusted side of the sandbox: the zygote, and the programs it forks.

Started by path with the standard library alone. Nothing here ever holds a test or an expected value.
"""
