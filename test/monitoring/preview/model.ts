import { z } from 'zod';

const stepSchema = z.object({ value: z.number().nullable(), color: z.string() });

/** The fields of a panel's JSON that the preview draws by. */
export const drawnPanelSchema = z.object({
  type: z.string(),
  title: z.string().default(''),
  gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  collapsed: z.boolean().optional(),
  targets: z.array(z.object({ expr: z.string().optional(), legendFormat: z.string().default('') })).default([]),
  fieldConfig: z
    .object({
      defaults: z.object({
        unit: z.string().default('none'),
        decimals: z.number().optional(),
        min: z.number().optional(),
        max: z.number().optional(),
        noValue: z.string().default('No data'),
        thresholds: z.object({ steps: z.array(stepSchema) }).optional(),
        custom: z
          .object({
            fillOpacity: z.number().optional(),
            stacking: z.object({ mode: z.string() }).optional(),
            thresholdsStyle: z.object({ mode: z.string() }).optional(),
          })
          .default({}),
      }),
    })
    .default({ defaults: { unit: 'none', noValue: 'No data', custom: {} } }),
  options: z.object({ colorMode: z.string().optional(), graphMode: z.string().optional() }).default({}),
  transformations: z
    .array(
      z.object({
        id: z.string(),
        options: z.object({ renameByName: z.record(z.string(), z.string()).optional() }).default({}),
      }),
    )
    .default([]),
});
export type DrawnPanel = z.infer<typeof drawnPanelSchema>;

/** A series with its legend; points are [seconds, value]. */
export interface DrawnSeries {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly (readonly [number, number])[];
}

export const palette = ['#73bf69', '#5794f2', '#f2cc0c', '#ff9830', '#f2495c', '#b877d9', '#8ab8ff', '#ffa6b0'];
const colours: Readonly<Record<string, string>> = {
  green: '#73bf69',
  yellow: '#fade2a',
  orange: '#ff9830',
  red: '#f2495c',
  blue: '#5794f2',
  text: '#ccccdc',
};
export const colourOf = (name: string): string => colours[name] ?? name;

/** The colour of a value by the thresholds of its panel. */
export function thresholdColour({ fieldConfig }: DrawnPanel, value: number): string {
  const steps = fieldConfig.defaults.thresholds?.steps ?? [];
  const reached = steps.filter((step) => step.value === null || value >= step.value);
  return colourOf(reached.at(-1)?.color ?? 'text');
}

export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** The last number of a series. */
export const lastOf = ({ points }: DrawnSeries): number | undefined =>
  points.findLast(([, value]) => Number.isFinite(value))?.[1];
