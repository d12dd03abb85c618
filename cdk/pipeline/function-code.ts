import { join } from 'node:path';
import type { BundlingOptions } from 'aws-cdk-lib/aws-lambda-nodejs';
import { OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { PipelineFunctionName } from '../../core/pipeline-functions.ts';

/** The folder that package.json lies in. */
export const projectRoot = join(import.meta.dirname, '../..');
export const depsLockFilePath = join(projectRoot, 'package-lock.json');

export const handlerFile = (name: PipelineFunctionName): string => join(projectRoot, 'lambdas', name, 'handler.ts');

/** Packages that are CommonJS inside ask for `require`, which an ES module does not have. */
const requireBanner = "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);";

/** One ES module per function with everything in it, so that what was tested with is what runs. */
export const bundling = {
  format: OutputFormat.ESM,
  mainFields: ['module', 'main'],
  target: 'node24',
  minify: true,
  sourceMap: true,
  sourcesContent: false,
  keepNames: true,
  externalModules: [],
  banner: requireBanner,
} satisfies BundlingOptions;
