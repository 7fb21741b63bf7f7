"""The machine's own facts out of the site document: network, firewall, names, time, SSH.

Renderers here are pure, from document to files of /etc; `machine` writes them and makes them
effective, `looking` reads what the kernel has, `checking` says whether it works.
"""
