import { describe, expect, it } from 'vitest';
import { plainWords, wordsToBot } from '../../src/slack/words.ts';

describe('the words in a command', () => {
  it.each([
    ['snapshot prod-1 --reason "a &lt; b &amp;&amp; c &gt; d"', 'snapshot prod-1 --reason "a < b && c > d"'],
    ['audit <@U0BOB|bob>', 'audit @U0BOB'],
    ['audit <@U0BOB>', 'audit @U0BOB'],
    ['runs <#C0PROD1|prod-1>', 'runs #C0PROD1'],
    ['snapshot <http://prod-1.example.com|prod-1.example.com>', 'snapshot prod-1.example.com'],
    ['see <https://wiki.example.com/x>', 'see https://wiki.example.com/x'],
    ['mail <mailto:ops@example.com|ops@example.com>', 'mail ops@example.com'],
    ['mail <mailto:ops@example.com>', 'mail ops@example.com'],
    ['<!subteam^S0OPERATORS|@etcd-operators> <!here> <!channel>', '@S0OPERATORS @here @channel'],
    ['at <!date^1795448643^{time}|10:04 UTC>', 'at 10:04 UTC'],
    ['  snapshot\u00A0prod-1 ', 'snapshot\u00A0prod-1'],
  ])('%s are %s', (given, words) => {
    expect(plainWords(given)).toBe(words);
  });

  it('undoes each entity once, so that nothing is made markup by undoing', () => {
    expect(plainWords('&amp;lt;!channel&amp;gt; &lt;@U0BOB&gt;')).toBe('&lt;!channel&gt; <@U0BOB>');
  });
});

describe('the words of a mention', () => {
  it.each([
    ['<@U0SALVOR> logs', 'logs'],
    ['  <@U0SALVOR|salvor>: snapshot prod-1', 'snapshot prod-1'],
    ['<@U0SALVOR>, `snapshot prod-1`', 'snapshot prod-1'],
    ['<@U0SALVOR> ```snapshot prod-1```', 'snapshot prod-1'],
    ['<@U0SALVOR>', ''],
  ])('%s are %s', (given, words) => {
    expect(wordsToBot(given, 'U0SALVOR')).toBe(words);
  });

  it.each(['ask <@U0SALVOR> snapshot prod-1', '<@U0BOB> <@U0SALVOR> help', 'help', '<@U0SALVORX> help'])(
    'are none in: %s',
    (given) => {
      expect(wordsToBot(given, 'U0SALVOR')).toBeUndefined();
    },
  );
});
