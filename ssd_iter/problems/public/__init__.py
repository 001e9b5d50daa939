"""Public problem sets: a file each says what its rows look like; `ssd-iter problems import` brings one into the cache.

`base` says what a public set is, `columns` reads typed rows, `store` keeps what was imported, `hub` fetches files.
"""
