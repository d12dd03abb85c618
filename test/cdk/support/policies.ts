import { synthesize, type TemplateResource, type Variant } from './variants.ts';

/** One action on one resource that a role is granted. */
export interface Grant {
  /** The logical id of the role. */
  readonly role: string;
  readonly action: string;
  /** As text: references as `<LogicalId.Attribute>`. */
  readonly resource: string;
  readonly conditions: unknown;
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** The statements of a policy document. */
export const statementsOf = (document: unknown): readonly Readonly<Record<string, unknown>>[] =>
  (document as { readonly Statement: readonly Readonly<Record<string, unknown>>[] }).Statement;

const listOf = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);

/** Everything that roles of a template are granted by policies of their own. */
export function grantsOf(name: Variant): readonly Grant[] {
  const policies = Object.values(synthesize(name).resources).filter(({ Type }) => Type === 'AWS::IAM::Policy');
  return policies.flatMap((policy) => {
    const roles = listOf(property(policy, 'Roles')).map((role) => (role as { readonly Ref: string }).Ref);
    const statements = (property(policy, 'PolicyDocument') as { readonly Statement: readonly Statement[] }).Statement;
    return statements
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap((statement) =>
        listOf(statement.Action).flatMap((action) =>
          listOf(statement.Resource).flatMap((resource) =>
            roles.map((role) => ({ role, action, resource: text(resource), conditions: statement.Condition })),
          ),
        ),
      );
  });
}

const property = (resource: TemplateResource, name: string): unknown => resource.Properties?.[name];

/** A value of a template as text: `Fn::Join` joined, `Fn::GetAtt` as `<id.attribute>`, `Ref` as `<id>`. */
export function text(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const node = value as Readonly<Record<string, unknown>>;
  if (Array.isArray(node['Fn::GetAtt'])) return `<${node['Fn::GetAtt'].join('.')}>`;
  if (Array.isArray(node['Fn::Join'])) {
    const [separator, parts] = node['Fn::Join'] as [string, readonly unknown[]];
    return parts.map(text).join(separator);
  }
  if (typeof node.Ref === 'string') return `<${node.Ref}>`;
  return JSON.stringify(value);
}

/** Whether a policy's resource, in which `*` stands for anything, covers a name. */
export function covers(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(name);
}
