import type { ContainerEngine } from './container-engine.ts';

interface Bill {
  readonly components: readonly { readonly 'bom-ref': string }[];
}

/** Packages that lie in the image, as `name@version`, and those of them that its own SBOM does not list. */
export async function packagesOf(engine: ContainerEngine, image: string) {
  const script = `
    const { globSync, readFileSync } = require('node:fs');
    const read = (path) => JSON.parse(readFileSync(path, 'utf8'));
    const folders = globSync('/app/node_modules/{*,@*/*}/{,node_modules/{*,@*/*}/}package.json').map(read);
    const shipped = folders.filter(({ name, version }) => name && version).map(({ name, version }) => name + '@' + version);
    console.log(JSON.stringify({ shipped, bill: read('/app/sbom.cdx.json') }));`;
  const { shipped, bill }: { readonly shipped: readonly string[]; readonly bill: Bill } = JSON.parse(
    await engine.podman('run', '--rm', '--entrypoint', 'node', image, '-e', script),
  );
  const listed = bill.components.map((component) => component['bom-ref']);
  // An alias is listed by the name that it is imported by.
  const isListed = (name: string) => listed.some((found) => found === name || found.endsWith(`npm:${name}`));
  return { shipped, unlisted: shipped.filter((name) => !isListed(name)) };
}
