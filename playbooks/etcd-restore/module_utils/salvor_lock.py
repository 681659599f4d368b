# One at a time on the data of a member. A task that outlives the run that began it (a broken connection, a worker that was killed) holds what the
# next run waits for; so does a program that it has started, which inherits the lock.

import fcntl
import os
import time

PATIENCE_SECONDS = 60


def hold(module, directory):
    """Locks a directory until this process and those it passes the descriptor to are gone. Answers the descriptor; None where there is no such directory."""
    if not directory or not os.path.isdir(directory):
        return None
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    until = time.time() + PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
        except OSError:
            if time.time() > until:
                module.fail_json(msg='another run of a restore is still at work on %s: look what it is, and try again once it has ended' % directory)
            time.sleep(0.2)
