import { z } from 'zod';
import type { Lifted } from './lifted.ts';

/** What is known of a value beside its type. */
export interface ValueMeta {
  readonly description: string;
  /** The field that the value becomes, and whose synthesized content is its default. */
  readonly lifted?: Lifted;
  /** The default of a value that is no field by itself: a switch, or a part of a field. */
  readonly initial?: unknown;
}

/** A value that is a field of a manifest. Its default is what cdk8s synthesizes there. */
export const lifted = <T extends z.ZodType>(schema: T, description: string, place: Lifted): T =>
  schema.meta({ description, lifted: place });

/** A value that decides about fields or is a part of them. */
export const chosen = <T extends z.ZodType>(schema: T, initial: z.input<T>, description: string): T =>
  schema.meta({ description, initial });

/** Text; empty where there is a default elsewhere. */
export const text = () => z.string();
export const count = (min = 0) => z.int().min(min);
/** An object of Kubernetes' own, which the API server checks. */
export const kubernetesObject = () => z.record(z.string(), z.unknown());
export const kubernetesList = () => z.array(kubernetesObject());
export const textMap = () => z.record(z.string(), z.string());
/** A number or a share, such as `25%`. */
export const countOrShare = () => z.union([z.int().min(0), z.string().regex(/^\d+%$/)]);
export const cidrs = () => z.array(z.string().regex(/^[0-9a-fA-F.:]+\/\d{1,3}$/));
/** As Kubernetes and Prometheus write it: `30s`, `5m`, `2160h`. */
export const duration = () => z.string().regex(/^(\d+(ms|s|m|h|d))+$/);

/** Every property of every level may be left out. */
export type Chosen<T> = T extends readonly unknown[]
  ? T
  : T extends Readonly<Record<string, unknown>>
    ? string extends keyof T
      ? T
      : { readonly [K in keyof T]?: Chosen<T[K]> | undefined }
    : T;
