"""branchbox-power: watches the UPS and says what the box lives on; what is done about it is done by others.

It has no rights and one product, `Supply` in a file. `judging` is one UPS, `phases` the box, both pure; `batteries` is
the tests. branchbox-host reads the file and switches off (`provisioning.power.mains`).
"""
