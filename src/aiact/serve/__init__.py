"""The server: the knowledge graph as a SPARQL 1.1 endpoint, checks of descriptions, and the pages of a built site.

    front   app (routes), negotiate, describe (SPARQL Service Description, VoID), openapi, run (sockets, signals, logs)
    gate    what a query may ask for, decided on its words before any engine sees it
    pool    who is served next, by which process, for how long
    nursery one process that loads the graph, and forks the workers that answer; a worker that is late is killed
    worker  one job after another: a query, a question of the library, a check

The front holds no graph and evaluates nothing, so that nothing anybody asks can stop it.
"""
