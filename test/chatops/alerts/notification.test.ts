import { describe, expect, it } from 'vitest';
import { Notification } from '../../../src/chatops/alerts/notification.ts';
import { notification } from './alerts.ts';

describe('what Alertmanager posts', () => {
  it('is taken however much fires at once: what is too much counts as left away', () => {
    const alerts = Array.from({ length: 2500 }, (_, nth) => ({ fingerprint: nth.toString(16) }));
    const told = notification(alerts, { truncatedAlerts: 7 });
    expect(told.alerts).toHaveLength(2000);
    expect(told.truncatedAlerts).toBe(507);
  });

  it.each(['-000001-12-31T23:59:59Z', '+010000-01-01T00:00:00Z'])(
    'has no instant that nothing else reads: %s',
    (startsAt) => {
      const [alert] = notification([{}]).alerts;
      const body = { ...notification([]), alerts: [{ ...alert, startsAt }] };
      expect(Notification.safeParse(body).success).toBe(false);
      expect(Notification.safeParse({ ...body, alerts: [alert] }).success).toBe(true);
    },
  );
});
