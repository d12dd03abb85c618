import type { Refusal } from './template.ts';

/** How the CDK's command line ends about a resource that failed: its path, its type and logical id, and why. */
const failedResource = /^\S.*\s\(((?:\w+)(?:::\w+){2}) (\w+)\)\n\s+(.+)$/gm;

/** How emulators say that it is they who cannot do something; AWS's own reasons for a failure are worded otherwise. */
const typeRefused = /unsupported resource type|no resource provider found|resource type .*not supported/i;
const propertyRefused = /not supported|not implemented|unsupported/i;

/** What the emulator refused, from what a failed `cdk deploy` printed; nothing when it failed for anything else. */
export function refusalsIn(output: string): readonly Refusal[] {
  const failures = [...output.matchAll(failedResource)].map(([, type = '', logicalId = '', reason = '']) => ({
    type,
    logicalId,
    reason,
  }));
  return failures.flatMap(({ type, logicalId, reason }) => {
    if (typeRefused.test(reason)) return [{ type, reason }];
    return propertyRefused.test(reason) ? [{ type, logicalId, reason }] : [];
  });
}
