"""The root side of Branchbox: revisions, trial start, apply, accounts; service branchbox-host."""
