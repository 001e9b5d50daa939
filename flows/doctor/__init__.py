"""What works on this machine, what does not, and what to do about it.

A check measures (`check_...`) and judges what it measured (`judge_...`, a pure function). `checks` lists them,
`software` and `machine` hold them, `probes` loads the heavy libraries, each in a process of its own.
"""
