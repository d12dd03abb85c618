import type { z } from 'zod';
import { settings as serviceVariables } from '../core/config.ts';
import { type AppOptions, appSettingsSchema } from './app-settings-schema.ts';
import { placedSettings, type ServiceSettings } from './service/service-config.ts';

/** What the app deploys: its own options, and the settings of the service. */
export type AppSettings = AppOptions & { readonly service: ServiceSettings };

/** Context that cannot be deployed. Lists every problem at once. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly code = 'SETTINGS_INVALID';
}

const PREFIX = 'scp:';
const SERVICE_PREFIX = 'SCP_';

/**
 * Reads the app's settings from context. Keys that begin with `scp:` are the app's, keys that begin with `SCP_` are
 * variables of the service; both must be known, everything else in the context is CDK's.
 * @throws SettingsError
 */
export function parseSettings(context: Readonly<Record<string, unknown>>): AppSettings {
  const own = Object.fromEntries(
    Object.entries(context).flatMap(([key, value]) =>
      key.startsWith(PREFIX) ? [[key.slice(PREFIX.length), value]] : [],
    ),
  );
  const parsed = appSettingsSchema.safeParse(own);
  const { service, problems } = serviceSettingsOf(context);
  if (!parsed.success) problems.push(...parsed.error.issues.map(sentenceOf));
  else problems.push(...contradictions(parsed.data));
  if (problems.length > 0 || !parsed.success) throw new SettingsError(problems.join('\n'));
  return { ...parsed.data, service };
}

function sentenceOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    const names = Object.keys(appSettingsSchema.shape).join(', ');
    return `${issue.keys.map((key) => PREFIX + key).join(', ')}: no such setting. There are: ${names}.`;
  }
  return `${PREFIX}${issue.path.join('.')}: ${issue.message}`;
}

/** Options that exclude each other or need each other, in sentences that say what to do. */
function contradictions(options: AppOptions): readonly string[] {
  const found: string[] = [];
  const needs = (name: keyof AppOptions, other: keyof AppOptions, why: string) => {
    if (options[name] !== undefined && options[other] === undefined)
      found.push(`scp:${name} needs scp:${other}: ${why}`);
  };
  const excludes = (name: keyof AppOptions, other: keyof AppOptions, why: string) => {
    if (options[name] !== undefined && options[other] !== undefined) {
      found.push(`scp:${name} and scp:${other} exclude each other: ${why}`);
    }
  };
  needs('vpcId', 'subnetIds', 'name two subnets in different availability zones.');
  needs('subnetIds', 'vpcId', 'name the VPC that they are in.');
  needs('loadBalancerSubnetIds', 'vpcId', 'name the VPC that they are in.');
  excludes('vpcId', 'vpcCidr', 'a new VPC is made, or an existing one is used.');
  excludes('encryptionKeyArn', 'awsManagedKeys', 'a key of yours is used, or keys of AWS.');
  excludes('certificateArn', 'idleTimeoutSeconds', 'a TLS listener cannot be given an idle timeout.');
  needs('collectorImage', 'prometheusWorkspaceArn', 'name where metrics go.');
  needs('prometheusWorkspaceArn', 'collectorImage', 'a VPC without internet needs a copy of the image in Amazon ECR.');
  if (options.edition === 'eks' && options.eksClusterName === undefined) {
    found.push('scp:edition eks needs scp:eksClusterName: name the cluster that the chart is installed in.');
  }
  if (options.edition === 'eks' && options.stowOutlet !== undefined) {
    found.push('scp:stowOutlet is for the edition fargate: the functions of the edition eks always reach STOW-RS.');
  }
  if (options.edition === 'fargate') {
    const foreign = (['eksClusterName', 'eksNamespace', 'eksServiceAccount', 'oidcProviderArn'] as const).filter(
      (name) => options[name] !== undefined,
    );
    for (const name of foreign) found.push(`scp:${name} is for the edition eks: set scp:edition=eks, or leave it out.`);
    if (options.vpcId !== undefined && options.clientCidrs === undefined) {
      found.push('scp:vpcId needs scp:clientCidrs: name the networks of the modalities, e.g. 10.1.0.0/16.');
    }
  }
  return found;
}

/** Variables of the service among the context, each read as the service reads it. */
function serviceSettingsOf(context: Readonly<Record<string, unknown>>): {
  readonly service: ServiceSettings;
  readonly problems: string[];
} {
  const known = new Map(serviceVariables().map((variable) => [variable.env, variable]));
  const problems: string[] = [];
  const service: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(context)) {
    if (!key.startsWith(SERVICE_PREFIX)) continue;
    const variable = known.get(key);
    if (variable === undefined) problems.push(`${key}: the service has no such setting; see docs/configuration.md.`);
    else if (placedSettings.some((name) => name === variable.name)) {
      problems.push(`${key} is decided by the stack: leave it out.`);
    } else {
      const parsed = variable.schema.safeParse(value);
      if (parsed.success) service[variable.name] = parsed.data;
      else problems.push(...parsed.error.issues.map((issue) => `${key}: ${issue.message}`));
    }
  }
  return { service: service as ServiceSettings, problems };
}
