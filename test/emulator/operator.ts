import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';

const cli = join(import.meta.dirname, '../../service/cli/main.ts');

const findingsSchema = z.array(z.object({ name: z.string(), health: z.string(), detail: z.string().optional() }));
export type Finding = z.infer<typeof findingsSchema>[number];

/**
 * What `doctor` finds, writing included, when an operator runs it.
 * @throws Error with what it printed, when that is no findings
 */
export function consultDoctor(environment: Readonly<Record<string, string>>): Promise<readonly Finding[]> {
  return new Promise((resolve, reject) => {
    // Its exit code says what the findings say.
    execFile(
      process.execPath,
      [cli, 'doctor', '--write', '--json'],
      { env: { ...environment } },
      (_, stdout, stderr) => {
        try {
          resolve(findingsSchema.parse(JSON.parse(stdout)));
        } catch {
          reject(new Error(`doctor said: ${stdout}${stderr}`));
        }
      },
    );
  });
}
