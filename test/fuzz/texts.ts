import fc from 'fast-check';

/** What has broken bots like this, or means something to Slack, a shell, Ansible or YAML. */
const nasty = [
  '<!channel> <!here> <!everyone> <!subteam^S0OPERATORS> <@U0BOB> <#C0OPS> <https://evil.example|prod-1>',
  '<!date^1^{date}|x> &lt;!channel&gt; &amp;lt;!channel&amp;gt; @channel @here',
  '*bold* _it_ ~no~ `code` ```block``` :tada: > quote\n- list',
  '\u202Eprod-1\u202C \u200B\uFEFF\u2066x\u2069 \u0000\u0007\u001B[31m \u{E0001}',
  '👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿\uD83D \uDE00',
  '--endpoints=http://evil -e x=y -o ProxyCommand=reboot @/etc/passwd',
  "'; reboot #\n$(reboot) `reboot` | & > < * ? {a,b} \\",
  '{{ lookup("pipe", "reboot") }} {% raw %} !unsafe',
  '__proto__',
  'constructor',
  'x'.repeat(5000),
  '😀'.repeat(3000),
  '\n'.repeat(3000),
  '&'.repeat(5000),
  '',
];

/** Any text: short ones of any characters, some that mean something, some that are long. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 2, arbitrary: fc.constantFrom(...nasty) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...nasty), fc.constantFrom(...nasty)).map((two) => two.join('')) },
);

/** Any JSON value, with keys that mean something to JavaScript among them. */
export const anyJson = fc.jsonValue({ maxDepth: 4, noUnicodeString: false });
