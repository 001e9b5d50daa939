"""Running programs somebody else wrote: the one seam to whatever isolates them."""
