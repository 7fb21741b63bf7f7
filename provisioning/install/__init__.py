"""The installer: from the stick onto this computer's disk. Facts, a plan, steps.

`disks` and `earlier` tell what is there, `plan` says what would be done and refuses in words, `verbs` is asked by
people, and `python -m provisioning.install` (a transient unit, because branchbox-host may touch no disk) does it.
"""
