import { join } from 'node:path';
import { build } from 'esbuild';
import { pipelineFunctionNames } from '../../core/pipeline-functions.ts';
import { bundling, handlerFile } from '../pipeline/function-code.ts';

/** Bundles every function as CDK does: `<folder>/<function>/index.mjs`. */
export async function bundleFunctions(folder: string): Promise<void> {
  const { target, minify, keepNames, banner, mainFields } = bundling;
  await Promise.all(
    pipelineFunctionNames.map((name) =>
      build({
        entryPoints: [handlerFile(name)],
        outfile: join(folder, name, 'index.mjs'),
        platform: 'node',
        format: 'esm',
        bundle: true,
        sourcemap: true,
        sourcesContent: false,
        target,
        minify,
        keepNames,
        mainFields: [...mainFields],
        banner: { js: banner },
      }),
    ),
  );
}
