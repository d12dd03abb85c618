import { z } from 'zod';

/** Constraints of the service model (API version 2023-07-19). */
export const datastoreId = pattern(/^[0-9a-z]{32}$/);
export const imageSetId = pattern(/^[0-9a-z]{32}$/);
export const imageFrameId = pattern(/^[0-9a-z]{32}$/);
export const jobId = pattern(/^[0-9a-z]{1,32}$/);
export const jobName = pattern(/^[A-Za-z0-9._/#-]{1,64}$/);
export const clientToken = pattern(/^[A-Za-z0-9._-]{1,64}$/);
export const datastoreName = pattern(/^[A-Za-z0-9._/#-]{1,256}$/);
export const roleArn = pattern(/^(?=.{20,2048}$)arn:aws(-[^:]+)?:iam::[0-9]{12}:role\/.+$/);
export const s3Uri = pattern(/^(?=.{1,1024}$)s3:\/\/[a-z0-9][.\-a-z0-9]{1,61}[a-z0-9](\/.*)?$/);
export const accountId = pattern(/^\d{12}$/);
export const versionId = pattern(/^\d+$/);
export const resourceArn = pattern(
  /^arn:aws((-us-gov)|(-iso)|(-iso-b)|(-cn))?:medical-imaging:[a-z0-9-]+:[0-9]{12}:datastore\/[0-9a-z]{32}(\/imageset\/[0-9a-z]{32})?$/,
);
export const tags = z
  .record(z.string().min(1).max(128), z.string().max(256))
  .refine((map) => Object.keys(map).length <= 200, 'Member must have at most 200 entries');

/** Of a list that is given in pages; query members arrive as text. */
export const page = {
  maxResults: z.coerce.number('Member must be a number').int().min(1).max(50).default(50),
  nextToken: z.string().min(1).max(8192).optional(),
};

export const jobStatus = oneOf(['SUBMITTED', 'IN_PROGRESS', 'COMPLETED', 'FAILED']);
export const datastoreStatus = oneOf(['CREATING', 'CREATE_FAILED', 'ACTIVE', 'DELETING', 'DELETED']);
export const losslessStorageFormat = oneOf(['HTJ2K', 'JPEG_2000_LOSSLESS']);

function pattern(regex: RegExp): z.ZodString {
  return z
    .string('Member must not be null')
    .regex(regex, `Member must satisfy regular expression pattern: ${regex.source}`);
}

function oneOf<const Values extends readonly string[]>(values: Values) {
  return z.enum(values, `Member must satisfy enum value set: [${values.join(', ')}]`);
}
