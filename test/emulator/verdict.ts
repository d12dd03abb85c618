import { type StudyRecord, summarizeStudy } from '../../core/ledger.ts';

/** What a verdict is about. */
export interface Account {
  readonly sent: { readonly instances: number; readonly studies: number; readonly asked: number };
  readonly studies: readonly StudyRecord[];
  /** Instances that storage commitment was reported of. */
  readonly committed: number;
  readonly executions: readonly { readonly name: string; readonly status: string }[];
  /** What an operator's `doctor` says. */
  readonly findings: readonly {
    readonly name: string;
    readonly health: string;
    readonly detail?: string | undefined;
  }[];
  /** Their ids, by HealthImaging itself. */
  readonly imageSets: readonly string[];
}

/** Why it cannot be said that everything that was sent is in HealthImaging; nothing when it can. */
export function problemsOf({ sent, studies, committed, executions, findings, imageSets }: Account): readonly string[] {
  const problems: string[] = [];
  const summaries = studies.map((study) => ({ uid: study.studyInstanceUid, ...summarizeStudy(study) }));
  if (studies.length !== sent.studies)
    problems.push(`${sent.studies} studies were sent, the ledger has ${studies.length}`);
  for (const { uid, state } of summaries) if (state !== 'complete') problems.push(`study ${uid} is ${state}`);
  const imported = summaries.reduce((sum, summary) => sum + summary.imported, 0);
  if (imported !== sent.instances) problems.push(`${sent.instances} instances were sent, ${imported} are imported`);
  if (committed !== sent.asked)
    problems.push(`commitment was asked for ${sent.asked} instances, ${committed} are committed`);
  const inLedger = summaries.flatMap(({ imageSetIds }) => imageSetIds);
  for (const id of inLedger) if (!imageSets.includes(id)) problems.push(`HealthImaging has no image set ${id}`);
  for (const id of imageSets) if (!inLedger.includes(id)) problems.push(`the ledger has no image set ${id}`);
  if (executions.length === 0) problems.push('the state machine has run nothing');
  for (const { name, status } of executions) {
    if (status !== 'SUCCEEDED') problems.push(`execution ${name} is ${status}`);
  }
  for (const { name, health, detail } of findings) if (health === 'ill') problems.push(`doctor: ${name}: ${detail}`);
  return problems;
}
