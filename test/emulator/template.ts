/** A template of CloudFormation, as far as it is read here. */
export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, unknown>>;
  readonly [section: string]: unknown;
}

export interface TemplateResource {
  readonly Type: string;
  readonly DependsOn?: string | readonly string[];
  readonly [field: string]: unknown;
}

/** A resource that is not deployed, and why. */
export interface LeftOut {
  readonly logicalId: string;
  readonly type: string;
  readonly reason: string;
}

/** What an emulator said no to: every resource of a type, or one resource whose properties it cannot do. */
export interface Refusal {
  readonly type: string;
  /** Absent: the type as such is refused. */
  readonly logicalId?: string;
  readonly reason: string;
}

/**
 * The template without what was refused, and without what cannot be without it: a resource whose properties refer to
 * one that goes, an output that does. An order (`DependsOn`) of one that goes is dropped, the resource stays.
 */
export function withoutRefused(
  template: Template,
  refusals: readonly Refusal[],
): { readonly template: Template; readonly leftOut: readonly LeftOut[] } {
  const leftOut = new Map<string, LeftOut>();
  for (const [logicalId, { Type: type }] of Object.entries(template.Resources)) {
    const refusal = refusals.find((one) =>
      one.logicalId === undefined ? one.type === type : one.logicalId === logicalId,
    );
    if (refusal !== undefined) leftOut.set(logicalId, { logicalId, type, reason: refusal.reason });
  }
  let before = -1;
  while (before !== leftOut.size) {
    before = leftOut.size;
    for (const [logicalId, resource] of Object.entries(template.Resources)) {
      const { Type: type, DependsOn: _, ...fields } = resource;
      const missing = leftOut.has(logicalId) ? undefined : referencesIn(fields).find((id) => leftOut.has(id));
      if (missing !== undefined) leftOut.set(logicalId, { logicalId, type, reason: `refers to ${missing}` });
    }
  }
  const kept = Object.entries(template.Resources).filter(([logicalId]) => !leftOut.has(logicalId));
  const outputs = Object.entries(template.Outputs ?? {}).filter(
    ([, output]) => !referencesIn(output).some((id) => leftOut.has(id)),
  );
  return {
    template: {
      ...template,
      Resources: Object.fromEntries(kept.map(([id, resource]) => [id, withoutOrders(resource, leftOut)])),
      ...(template.Outputs === undefined ? {} : { Outputs: Object.fromEntries(outputs) }),
    },
    leftOut: [...leftOut.values()],
  };
}

function withoutOrders(resource: TemplateResource, gone: ReadonlyMap<string, unknown>): TemplateResource {
  const { DependsOn: orders = [], ...rest } = resource;
  const kept = [orders].flat().filter((id) => !gone.has(id));
  return kept.length === 0 ? rest : { ...rest, DependsOn: kept };
}

/** The logical ids (and parameters) that a value refers to by `Ref`, `Fn::GetAtt` or `Fn::Sub`. */
function referencesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'Ref' && typeof inner === 'string') return [inner];
    if (key === 'Fn::GetAtt') return [String(Array.isArray(inner) ? inner[0] : String(inner).split('.')[0])];
    if (key === 'Fn::Sub') return [...substitutionsIn(inner), ...referencesIn(inner)];
    return referencesIn(inner);
  });
}

const substitutionsIn = (sub: unknown): readonly string[] =>
  [...String(Array.isArray(sub) ? sub[0] : sub).matchAll(/\$\{([A-Za-z0-9]+)/g)].map(([, id = '']) => id);
