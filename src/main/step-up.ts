import { createIdentityProvider } from '../adapters/identity-provider.ts';
import type { ApprovalDesk } from '../chatops/approval-desk.ts';
import { createProofs } from '../chatops/proofs.ts';
import { withStepUp } from '../chatops/step-up.ts';
import { untraced } from '../chatops/untraced.ts';
import { proveRoutes, proveUrls } from '../http/prove.ts';
import { type HttpServer, startHttp } from '../http/server.ts';
import { createTickets } from '../queue/tickets.ts';
import type { SlackApp } from '../slack/app.ts';
import type { Foundation } from './foundation.ts';

/** Votes that want a proof, and the pages that take it. */
export interface StepUp {
  over(desk: ApprovalDesk): ApprovalDesk;
  /** Listens under `oidc.listen`; the provider is first asked when somebody comes. */
  serve(slack: Pick<SlackApp, 'actor' | 'approvals'>): Promise<HttpServer>;
}

/** Undefined without `oidc` in salvor.yaml: then a vote that wants step-up is refused by the desk itself. */
export function stepUpOf({
  config,
  failFast,
  clock,
  logger,
  keepers,
  tracer = untraced,
}: Foundation): StepUp | undefined {
  const { oidc, slack } = config.settings;
  if (!oidc) return undefined;
  const tickets = createTickets(failFast);
  const urls = proveUrls(oidc.publicUrl);
  const { issuer, clientId, claim, scopes } = oidc;
  const access = { issuer, clientId, claim, scopes, clientSecret: config.oidcSecret, backTo: urls.back };
  return {
    over: (desk) => withStepUp(desk, { tickets, clock, pageOf: urls.page }),
    async serve({ actor, approvals: desk }) {
      const proofs = createProofs({
        ...{ tickets, desk, clock, audit: keepers.audit, provider: createIdentityProvider(access) },
        ...{ people: oidc.people, maySignInUndated: oidc.authTime === 'optional' },
        actorOf: ({ id: user, team }) => actor({ user, team }),
      });
      const asTyped = (words: string) => `${slack.command} ${words}`;
      const finish: typeof proofs.finish = (...brought) =>
        tracer.entering('vote proven', {}, () => proofs.finish(...brought));
      const pages = {
        proofs: { ...proofs, finish },
        publicUrl: oidc.publicUrl,
        providerName: new URL(issuer).host,
        asTyped,
        logger,
      };
      const server = await startHttp(oidc.listen, proveRoutes(pages));
      logger.info({ port: server.port, publicUrl: oidc.publicUrl }, 'people can prove who they are');
      return server;
    },
  };
}
