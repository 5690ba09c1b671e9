"""May the former release go on while these migrations run? docs/releases.md is the long answer.

Nothing here asks a database: the state to which the released migrations lead says what the former
release reads and writes, and the states after each newer operation say what becomes of it.

    released   which migrations are released; what was allowed all the same
    tables     a state of the migrations as tables, columns, indexes and constraints
    steps      the newer migrations, operation by operation
    rules      what harms the former release, or locks a large table
    words      why that is so, and the way out
    check      all of it put together
"""
