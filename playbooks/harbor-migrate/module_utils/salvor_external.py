# The PostgreSQL outside, as the configuration of Harbor names it: read on the host, and asked for its version as Harbor would ask it.

import re
from collections import namedtuple

PATIENCE_SECONDS = 5
SSL = ('disable', 'require', 'verify-ca', 'verify-full')


class Access(namedtuple('Access', 'host port name user password ssl')):
    def question(self, docker, image):
        """(argv, secrets). The password goes by the environment; without one it does not ask for it."""
        settings = ['-e', 'PGPASSWORD', '-e', 'PGCONNECT_TIMEOUT=%d' % PATIENCE_SECONDS, '-e', 'PGSSLMODE=%s' % self.ssl]
        psql = ['-h', self.host, '-p', self.port, '-U', self.user, '-d', self.name, '-w', '-tAc', 'show server_version']
        limit = ['timeout', str(6 * PATIENCE_SECONDS)]
        return limit + docker + ['run', '--rm', *settings, '--entrypoint', 'psql', image] + psql, {'PGPASSWORD': self.password}


def database_of(text):
    """None where it is not written as plainly as the template has it: nobody guesses what a host or a password is."""
    values = in_yaml(text) if re.search(r'^hostname:', text, re.MULTILINE) else in_cfg(text)
    host, user, password = (values.get(key) for key in ('host', 'username', 'password'))
    port, name, ssl = values.get('port', '5432'), values.get('db_name', 'registry'), values.get('ssl_mode', 'disable')
    plain = all(value and re.match(r'[\w.:][\w.:-]*$', value) for value in (host, user, name)) and port.isdigit() and ssl in SSL
    return Access(host, port, name, user, password, ssl) if plain and password else None


def in_yaml(text):
    """What stands below external_database.harbor, one value to a line."""
    outside = re.search(r'^external_database:[ \t]*\n((?:[ \t#].*\n|\n)*)', text + '\n', re.MULTILINE)
    own = re.search(r'^([ \t]+)harbor:[ \t]*\n((?:\1[ \t]+.*\n|[ \t]*#.*\n|\n)*)', outside.group(1), re.MULTILINE) if outside else None
    found = re.findall(r'^[ \t]+(\w+):[ \t]+(.*?)[ \t]*$', own.group(2), re.MULTILINE) if own else []
    return {key: scalar for key, value in found for scalar in [scalar_of(value)] if scalar is not None}


def scalar_of(value):
    quoted = re.match(r"'([^']*)'(?:\s+#.*)?$|\"([^\"\\]*)\"(?:\s+#.*)?$", value)
    if quoted:
        return quoted.group(1) if quoted.group(1) is not None else quoted.group(2)
    plain = re.sub(r'\s+#.*$', '', value)
    return plain if plain and not re.match(r'[\'"|>&*!\[{%@`#]', plain) else None


def in_cfg(text):
    names = {'db_host': 'host', 'db_port': 'port', 'db_user': 'username', 'db_password': 'password'}
    found = dict(re.findall(r'^(\w+)[ \t]*=[ \t]*(.*?)[ \t]*$', text, re.MULTILINE))
    return {to: found[name] for name, to in names.items() if found.get(name)}


def version_of(answer):
    """Of '14.12 (Debian 14.12-1)'."""
    found = re.match(r'\d+(\.\d+)*', answer or '')
    return found.group(0) if found else None
