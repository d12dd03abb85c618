import type { Clock } from '../../../core/clock.ts';
import type { Config } from '../../../core/config-schema.ts';
import { importJobLimits } from '../../../core/healthimaging.ts';
import type { RouteTable } from '../../../core/route-table.ts';
import type { LiveStatus } from '../../telemetry/live-status.ts';
import type { LiveStatusView } from '../../telemetry/live-status-view.ts';
import type { AdminOptions } from '../server.ts';
import { actionRoutes, type OnAction, type OperatorActions } from './operator-actions.ts';
import { OperatorToken } from './operator-token.ts';
import type { LedgerPart } from './overview.ts';
import { bytesText, countText } from './quantities.ts';
import type { Quota } from './quotas.ts';
import { type StatusLedger, sparingLedger } from './status-ledger.ts';
import { StatusPages } from './status-pages.ts';
import { htmlAnswer, openStatusRoutes, securityHeaders } from './status-routes.ts';

export interface StatusOptions {
  readonly config: Config;
  readonly live: LiveStatus;
  readonly routes: RouteTable;
  readonly ledger: StatusLedger | undefined;
  /** Absent: the page changes nothing. */
  readonly operator:
    | { readonly token: string; readonly actions: OperatorActions; readonly onAction: OnAction }
    | undefined;
  readonly version: string;
  readonly clock: Clock;
}

/**
 * The status page as the settings want it.
 * @throws OperatorTokenError
 */
export async function openStatus(options: StatusOptions): Promise<Pick<AdminOptions, 'pages' | 'act'>> {
  const { config, live, routes, ledger, operator, version, clock } = options;
  const headers = securityHeaders(config.statusThumbnails);
  const pages = new StatusPages({
    live: () => live.view(),
    quotas: (view, part) => quotasOf(config, view, part),
    ledger: ledger && sparingLedger(ledger, clock),
    datastoreIds: datastoresOf(routes),
    thumbnails: config.statusThumbnails,
    canReplay: operator?.actions.replay !== undefined,
    canApprove: operator?.actions.approvePeer !== undefined,
    version,
    clock,
  });
  const reading = { pages: await openStatusRoutes(pages, headers) };
  if (operator === undefined) return reading;
  const act = actionRoutes({
    token: new OperatorToken(operator.token, clock),
    actions: operator.actions,
    onAction: operator.onAction,
    tell: (status, title, sentence) => htmlAnswer(pages.told(status, title, sentence), headers),
  });
  return { ...reading, act };
}

function datastoresOf(routes: RouteTable): readonly string[] {
  const ids = [...routes.rules.values()].flatMap(({ route: { datastoreId } }) => datastoreId ?? []);
  return [...new Set(ids)];
}

/** The limits of this process, and of HealthImaging where the ledger tells how they are used. */
function quotasOf(config: Config, view: LiveStatusView, ledger: LedgerPart): readonly Quota[] {
  const limit = (name: string, used: number, most: number, text = countText): Quota => ({
    name,
    used,
    limit: most,
    text: `${text(used)} of ${text(most)}`,
  });
  const running =
    'batches' in ledger ? ledger.batches.filter(({ status }) => status === 'importing').length : undefined;
  const most = (field: 'files' | 'bytes') => Math.max(0, ...view.openBatches.map((batch) => batch[field]));
  return [
    limit('Associations of this process', view.associations.length, config.maxAssociations),
    ...(running === undefined ? [] : [limit('Import jobs at a time', running, importJobLimits.concurrentJobs)]),
    limit('Files in the largest open batch', most('files'), config.batchMaxFiles),
    limit('Size of the largest open batch', most('bytes'), config.batchMaxBytes, bytesText),
  ];
}
