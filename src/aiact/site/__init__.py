"""The static site: a page in English and in French for everything in the graph, beside its Turtle.

``addresses`` says where a thing stands, ``words`` how it is called, ``things`` what its page shows, ``build`` writes
all of it. What a page looks like is in ``templates/`` and ``static/``; an application is a folder of ``apps/``.
"""
