"""Jobs: what was asked for, how it is going, and what came of it.

`records` has the nouns, `cache` remembers results, `scheduler` queues and runs. A *job* belongs to one requester; the
*work* behind it is shared by all jobs that ask for the same thing (same task, model, inputs and parameters), and stops
only when the last of them is cancelled or expires.
"""
