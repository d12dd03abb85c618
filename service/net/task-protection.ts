import { request } from 'node:http';
import type { Schedule, Timer } from '../../core/clock.ts';

/** How often it is looked whether associations live. */
const CHECK_MS = 2_000;
/** Protection ends by itself when nobody renews it: a task that hangs does not block a deployment for long. */
const EXPIRES_MINUTES = 30;
const RENEW_MS = 10 * 60_000;
const REQUEST_TIMEOUT_MS = 5_000;

export interface TaskProtectionOptions {
  /** `ECS_AGENT_URI`, which ECS gives to every container of a task. */
  readonly agentUri: string;
  readonly liveAssociations: () => number;
  readonly monotonicMs: () => number;
  readonly schedule: Schedule;
  /** Told once for each request that failed. Nothing else comes of it: the task can then be scaled in, as any other. */
  readonly onFailure: (detail: string) => void;
}

export interface TaskProtection {
  /** Ends the protection and the checks. */
  readonly close: () => Promise<void>;
}

/**
 * Keeps ECS from ending this task, by scaling in or by a deployment, while associations live: asks the agent for
 * protection, renews it, and gives it back when the last association has ended ("Task scale-in protection endpoint" of
 * the Amazon ECS developer guide). A request that fails is made again at the next check.
 */
export function protectTask(options: TaskProtectionOptions): TaskProtection {
  const { agentUri, liveAssociations, monotonicMs, schedule, onFailure } = options;
  let timer: Timer | undefined;
  let protectedAtMs: number | undefined;
  let closed = false;

  const ask = async (isProtected: boolean): Promise<void> => {
    try {
      await putState(agentUri, isProtected);
      protectedAtMs = isProtected ? monotonicMs() : undefined;
    } catch (error) {
      onFailure(error instanceof Error ? error.message : String(error));
    }
  };
  const check = async (): Promise<void> => {
    const isNeeded = liveAssociations() > 0;
    const isDue = protectedAtMs === undefined || monotonicMs() - protectedAtMs >= RENEW_MS;
    if (isNeeded && isDue) await ask(true);
    if (!isNeeded && protectedAtMs !== undefined) await ask(false);
    if (!closed) timer = schedule(CHECK_MS, () => void check());
  };
  timer = schedule(CHECK_MS, () => void check());

  return {
    close: async () => {
      closed = true;
      timer?.cancel();
      if (protectedAtMs !== undefined) await ask(false);
    },
  };
}

/** @throws Error with the agent's answer when it does not grant what was asked for */
function putState(agentUri: string, isProtected: boolean): Promise<void> {
  const body = JSON.stringify({
    ProtectionEnabled: isProtected,
    ...(isProtected ? { ExpiresInMinutes: EXPIRES_MINUTES } : {}),
  });
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const url = `${agentUri}/task-protection/v1/state`;
    const put = request(url, { method: 'PUT', headers, timeout: REQUEST_TIMEOUT_MS }, async (response) => {
      try {
        const text = (await response.setEncoding('utf8').toArray()).join('');
        if (response.statusCode !== 200) reject(new Error(`the agent answered ${response.statusCode}: ${text}`));
        // A request that reached ECS and was refused there is answered 200 with the failure in it.
        else if (text.includes('"failure"')) reject(new Error(`ECS refused: ${text}`));
        else resolve();
      } catch (error) {
        reject(error);
      }
    });
    put.on('timeout', () => put.destroy(new Error('the agent does not answer')));
    put.on('error', reject);
    put.end(body);
  });
}
