import { bytesInWords, durationInWords, numberInWords } from '../../chatops/format.ts';
import type { Progress } from '../../chatops/run.ts';
import type { Language } from '../../languages/all.ts';
import { clip } from '../limits.ts';
import { literal } from '../literal.ts';

/** '26 % · 312 MiB of about 1.2 GiB · 84.0 MiB/s · about 11 s left'; parts that cannot be known are left away. */
export function progressLine(progress: Progress, now: Date, say: Language['say']): string {
  const { done, total } = progress;
  const unit = clip(literal(progress.unit), 40);
  const amountOf = (amount: number) =>
    unit === 'bytes' ? bytesInWords(amount) : `${numberInWords(Math.round(amount))} ${unit}`;
  const isWithin = total > 0 && done <= total;
  const share = isWithin ? [`${Math.floor((done / total) * 100)} %`] : [];
  const amount = isWithin ? `${amountOf(done)} of about ${amountOf(total)}` : `${amountOf(done)} so far`;
  return [...share, ...[amount, ...pace(progress, now, amountOf)].map(say)].join(' · ');
}

function pace(
  { done, total, since, unit }: Progress,
  now: Date,
  amountOf: (amount: number) => string,
): readonly string[] {
  const seconds = (now.getTime() - since.getTime()) / 1000;
  // In the first moments a rate is a guess.
  if (seconds < 1 || done <= 0) return [];
  const rate = done / seconds;
  const speed = unit === 'bytes' ? [`${amountOf(rate)}/s`] : [];
  return done < total ? [...speed, `about ${durationInWords(((total - done) / rate) * 1000)} left`] : speed;
}
