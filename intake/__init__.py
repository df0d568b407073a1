"""The centre: what a report is, how it is kept, understood and decided. Points at nothing of ours."""
