"""The blocks of a round's report, a module each: pure functions of the facts, and of the details of the round."""
