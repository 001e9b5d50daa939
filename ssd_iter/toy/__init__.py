"""The toy whose answer is known: self-distillation of a machine that is small enough to be computed; docs/toy.md."""
