# The password of Harbor's MariaDB, as releases before 1.6 have one. It is read on the host, given to programs by their environment, and told to nobody.

import os
import re

from ansible.module_utils.salvor_harbor import read

# The migrators put it into shell words, an INI file and SQL, each without quoting it: goharbor/harbor#9978.
UNUSABLE = re.compile(r'[\s%*?\[\]\\\'"]')


def password_of(install):
    """
    (password, trouble) of an installation, one of them None. The one of harbor.cfg must be the one with which Harbor runs: the migrated database gets it,
    and the migrated Harbor reads it there.
    """
    written = value_of(read(os.path.join(install, 'harbor.cfg')), 'db_password')
    used = value_of(read(os.path.join(install, 'common', 'config', 'adminserver', 'env')), 'MYSQL_PWD')
    if not written:
        return None, 'missing'
    if used is not None and used != written:
        return None, 'differs'
    if UNUSABLE.search(written):
        return None, 'unusable'
    return written, None


def value_of(text, name):
    found = re.search(r'^%s[ \t]*=[ \t]*(.*?)[ \t]*$' % re.escape(name), text, re.MULTILINE)
    return found.group(1) if found else None


IN_WORDS = {
    'missing': 'harbor.cfg has no db_password',
    'differs': 'the db_password of harbor.cfg is not the one with which Harbor runs',
    'unusable': 'the db_password of harbor.cfg has blanks, quotes, or one of % * ? [ ] \\, which the migrator does not take',
}
