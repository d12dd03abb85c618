import { promDuration } from '../promql.ts';

export type Severity = 'critical' | 'warning';

/** An alert of one release. Its name is that of its runbook. */
export interface Alert {
  readonly name: string;
  /** `critical`: somebody is woken. `warning`: somebody looks within a working day. */
  readonly severity: Severity;
  readonly expression: string;
  readonly forSeconds?: number;
  /** What has happened, in a line. May have templates of Prometheus. */
  readonly summary: string;
  /** What it means for those who send, and what to look at first. */
  readonly description: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface Recording {
  readonly name: string;
  readonly expression: string;
}

/** A rule as a file of Prometheus has it. */
export interface RuleItem {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface RuleGroup {
  readonly name: string;
  readonly interval: string;
  readonly rules: readonly RuleItem[];
}

export const recordingItem = ({ name, expression }: Recording): RuleItem => ({ record: name, expr: expression });

/** @param runbooks what the address of every runbook begins with */
export function alertItem(alert: Alert, runbooks: string): RuleItem {
  const { name, expression, forSeconds = 0, severity, summary, description, labels = {} } = alert;
  return {
    alert: name,
    expr: expression,
    ...(forSeconds > 0 ? { for: promDuration(forSeconds) } : {}),
    labels: { severity, ...labels },
    annotations: { summary, description, runbook_url: `${runbooks}/${name}.md` },
  };
}

/** Names a release in a text of an alert. */
export const ofRelease = '{{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.job }}';
