/** Kinds of changes as Artifact Hub names them, and as the change log heads them. */
const kinds = ['added', 'changed', 'deprecated', 'removed', 'fixed', 'security'] as const;

/** The changes of the newest version in a change log: its points below headings such as `### Added`. */
export function newestChanges(changelog: string): readonly { readonly kind: string; readonly description: string }[] {
  const [, newest = ''] = changelog.split(/^## .*$/m);
  return kinds.flatMap((kind) => {
    const section = new RegExp(`^### ${kind}$([^#]*)`, 'im').exec(newest)?.[1] ?? '';
    return [...section.matchAll(/^- (.*(?:\n {2}.*)*)/gm)].map(([, text = '']) => ({
      kind,
      description: text.replaceAll(/\s+/g, ' '),
    }));
  });
}
