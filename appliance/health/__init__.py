"""Whether the machine is well: checks as data, alarms that survive a restart, one cached picture.

Answers when core is down, and does no work for an answer: however often it is asked, the
machine is looked at as often as the checks say.
"""
