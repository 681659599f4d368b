import { describe, expect, it } from 'vitest';
import { Notification } from '../../../src/chatops/alerts/notification.ts';
import { notification } from './alerts.ts';

describe('what Alertmanager posts', () => {
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
