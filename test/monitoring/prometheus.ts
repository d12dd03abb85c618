import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import type { RuleGroup } from '../../dashboards/rules/rule.ts';
import { freePort } from '../support/free-port.ts';
import { until } from './until.ts';

const seriesSchema = z.object({
  metric: z.record(z.string(), z.string()),
  /** Of a range. */
  values: z.array(z.tuple([z.number(), z.string()])).optional(),
  /** Of an instant. */
  value: z.tuple([z.number(), z.string()]).optional(),
});
export type PrometheusSeries = z.infer<typeof seriesSchema>;

const answerSchema = z.union([
  z.object({ status: z.literal('success'), data: z.object({ result: z.array(seriesSchema) }) }),
  z.object({ status: z.literal('error'), error: z.string() }),
]);
const rulesSchema = z.object({
  data: z.object({
    groups: z.array(
      z.object({
        rules: z.array(
          z.looseObject({
            name: z.string(),
            health: z.string(),
            lastError: z.string().optional(),
            alerts: z
              .array(
                z.object({
                  state: z.string(),
                  labels: z.record(z.string(), z.string()),
                  annotations: z.record(z.string(), z.string()),
                }),
              )
              .optional(),
          }),
        ),
      }),
    ),
  }),
});
const namesSchema = z.object({ data: z.array(z.string()) });

/** Debian's Prometheus over services on this machine, a sample a second. */
export class RealPrometheus {
  readonly #child: ChildProcess;
  readonly #url: string;
  readonly #exited: Promise<unknown>;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.#url = url;
    this.#exited = once(child, 'close');
  }

  /**
   * Resolves when every target has been read.
   * @param targets addresses by the name of their job
   */
  static async start(options: {
    readonly folder: string;
    readonly groups: readonly RuleGroup[];
    readonly targets: Readonly<Record<string, string>>;
  }): Promise<RealPrometheus> {
    const { folder, groups, targets } = options;
    const config = join(folder, 'prometheus.yaml');
    await mkdir(join(folder, 'data'), { recursive: true });
    await writeFile(join(folder, 'rules.yaml'), stringify({ groups }));
    await writeFile(
      config,
      stringify({
        global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
        rule_files: ['rules.yaml'],
        scrape_configs: Object.entries(targets).map(([job, target]) => ({
          job_name: job,
          static_configs: [{ targets: [target], labels: { namespace: 'imaging', cluster: 'rehearsal' } }],
        })),
      }),
    );
    const port = await freePort();
    const child = spawn(
      'prometheus',
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--log.level=error',
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    const prometheus = new RealPrometheus(child, `http://127.0.0.1:${port}`);
    await until('Prometheus is ready', 30_000, async () => {
      const answer = await fetch(`${prometheus.#url}/-/ready`).catch(() => undefined);
      return answer?.ok === true ? true : undefined;
    });
    // A counter that rose before it was first read has not risen, to Prometheus.
    await until('Prometheus has read every target', 30_000, async () => {
      const read = await prometheus.query('up == 1');
      return read.length === Object.keys(targets).length ? true : undefined;
    });
    return prometheus;
  }

  /** @throws Error with what Prometheus says of the expression */
  query(expr: string, atMs?: number): Promise<readonly PrometheusSeries[]> {
    return this.#ask('query', { query: expr, ...(atMs === undefined ? {} : { time: String(atMs / 1_000) }) });
  }

  queryRange(expr: string, fromMs: number, toMs: number, stepSeconds: number): Promise<readonly PrometheusSeries[]> {
    const [start, end] = [fromMs / 1_000, toMs / 1_000];
    return this.#ask('query_range', { query: expr, start: `${start}`, end: `${end}`, step: `${stepSeconds}` });
  }

  /** The names of all series. */
  async names(): Promise<ReadonlySet<string>> {
    const answer = await fetch(`${this.#url}/api/v1/label/__name__/values`);
    return new Set(namesSchema.parse(await answer.json()).data);
  }

  async rules() {
    const answer = await fetch(`${this.#url}/api/v1/rules`);
    return rulesSchema.parse(await answer.json()).data.groups.flatMap(({ rules }) => rules);
  }

  /** The names of the alerts that fire now. */
  async firing(): Promise<readonly string[]> {
    const rules = await this.rules();
    const firing = rules.filter(({ alerts = [] }) => alerts.some(({ state }) => state === 'firing'));
    return [...new Set(firing.map(({ name }) => name))].sort();
  }

  /** The names of the alerts that have fired since a time, if only for a moment. */
  async firedSince(sinceMs: number): Promise<readonly string[]> {
    const seconds = Math.max(1, Math.ceil((Date.now() - sinceMs) / 1_000));
    const found = await this.query(`count by (alertname) (count_over_time(ALERTS{alertstate="firing"}[${seconds}s]))`);
    return found.map(({ metric }) => metric.alertname ?? '').sort();
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.#exited;
  }

  async #ask(path: string, parameters: Readonly<Record<string, string>>): Promise<readonly PrometheusSeries[]> {
    const answer = await fetch(`${this.#url}/api/v1/${path}`, {
      method: 'POST',
      body: new URLSearchParams(parameters),
    });
    const parsed = answerSchema.parse(await answer.json());
    if (parsed.status === 'error') throw new Error(`${parameters.query}: ${parsed.error}`);
    return parsed.data.result;
  }
}
