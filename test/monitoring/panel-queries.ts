import { z } from 'zod';
import { generatedFiles } from '../../dashboards/generated-files.ts';
import type { Thresholds } from '../../dashboards/thresholds.ts';

const targetSchema = z.looseObject({ expr: z.string().optional(), legendFormat: z.string().optional() });
const panelSchema = z.looseObject({
  type: z.string(),
  title: z.string().optional(),
  targets: z.array(targetSchema).optional(),
  get panels() {
    return z.array(panelSchema).optional();
  },
});
export type PanelModel = z.infer<typeof panelSchema>;
export const dashboardSchema = z.looseObject({
  uid: z.string(),
  title: z.string(),
  panels: z.array(panelSchema),
});

/** A query of Prometheus in a panel. */
export interface PanelQuery {
  readonly board: string;
  readonly panel: string;
  readonly expr: string;
}

/** Every panel of a dashboard, those of closed rows too. */
export const panelsOf = (panels: readonly PanelModel[]): readonly PanelModel[] =>
  panels.flatMap((panel) => [panel, ...panelsOf(panel.panels ?? [])]);

export function panelQueries(thresholds: Thresholds): readonly PanelQuery[] {
  return Object.entries(generatedFiles(thresholds))
    .filter(([name]) => name.endsWith('.json'))
    .flatMap(([name, text]) =>
      panelsOf(dashboardSchema.parse(JSON.parse(text)).panels).flatMap(({ title = '', targets = [] }) =>
        targets.flatMap(({ expr }) => (expr === undefined ? [] : [{ board: name, panel: title, expr }])),
      ),
    );
}

/** A query as Grafana would send it when all is chosen. */
export const filledIn = (expr: string, rangeSeconds: number, rateSeconds: number): string =>
  expr
    .replaceAll('$__rate_interval', `${rateSeconds}s`)
    .replaceAll('$__range', `${rangeSeconds}s`)
    .replaceAll(/\$(cluster|namespace|job|instance)\b/g, '.*');
