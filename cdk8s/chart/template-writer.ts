import type { ObjectName } from '../values/lifted.ts';
import { isMap, memberStep, type Node, type NodeMap } from '../values/manifest-path.ts';
import type { Hole, TemplateRule } from './template-rule.ts';
import { yamlScalar } from './yaml-scalar.ts';

/** Labels that every object has, from one named template. */
const commonLabels = /^(?:helm\.sh\/chart|app\.kubernetes\.io\/(?:name|instance|version|part-of|managed-by))$/;

/** Writes a manifest as the text of a template: fields as they are, and in the place of some what the rules say. */
export class TemplateWriter {
  readonly #rules: readonly TemplateRule[];
  readonly #object: ObjectName;

  constructor(object: ObjectName, rules: readonly TemplateRule[]) {
    this.#object = object;
    this.#rules = rules.filter((rule) => rule.object === object);
  }

  write(manifest: NodeMap): string {
    return `${this.#map(manifest, '', 0).join('\n')}\n`;
  }

  #rule(parent: string, key: string): TemplateRule | undefined {
    return this.#rules.find((rule) => rule.parent === parent && rule.key === key);
  }

  #map(map: NodeMap, path: string, indent: number): string[] {
    const isLabels = path === 'metadata.labels' && this.#object !== 'selfTest';
    const keys = Object.keys(map).filter((key) => !(isLabels && commonLabels.test(key)));
    const absent = this.#rules.filter((rule) => rule.parent === path && !(rule.key in map) && rule.hole !== undefined);
    return [
      ...(isLabels ? [`${pad(indent)}{{- include "dicom-store-scp.labels" . | nindent ${indent} }}`] : []),
      ...keys.flatMap((key) => this.#field(key, map[key] ?? null, path, indent)),
      ...absent.flatMap(({ key }) => this.#field(key, undefined, path, indent)),
    ];
  }

  #field(key: string, value: Node | undefined, parent: string, indent: number): string[] {
    const rule = this.#rule(parent, key);
    const path = parent === '' ? key : `${parent}.${key}`;
    const lines = this.#content(yamlScalar(key), value, rule?.hole, path, indent);
    const condition = rule?.isKept ? undefined : (rule?.when ?? this.#conditionOfContents(value, rule?.hole, path));
    return condition === undefined ? lines : wrapped(condition, lines, indent);
  }

  #content(key: string, value: Node | undefined, hole: Hole | undefined, path: string, indent: number): string[] {
    const head = `${pad(indent)}${key}:`;
    const inner = indent + 2;
    switch (hole?.as) {
      case undefined:
        return this.#plain(head, value ?? null, path, indent);
      case 'text':
        return [`${head} ${hole.expression}`];
      case 'scalar':
        return [`${head} {{ ${hole.expression}${hole.isText ? ' | quote' : ''} }}`];
      case 'scalar-unless-empty':
        return [
          `${pad(indent)}{{- with ${hole.expression} }}`,
          `${head} {{ .${hole.isText ? ' | quote' : ''} }}`,
          `${pad(indent)}{{- end }}`,
        ];
      case 'block':
        return [head, `${pad(inner)}{{- toYaml ${hole.expression} | nindent ${inner} }}`];
      case 'block-unless-empty':
        return [
          `${pad(indent)}{{- with ${hole.expression} }}`,
          head,
          `${pad(inner)}{{- toYaml . | nindent ${inner} }}`,
          `${pad(indent)}{{- end }}`,
        ];
      case 'include':
        return [head, `${pad(inner)}{{- include "${hole.expression}" . | trim | nindent ${inner} }}`];
      case 'include-unless-empty':
        return [
          `${pad(indent)}{{- with include "${hole.expression}" . }}`,
          head,
          `${pad(inner)}{{- . | trim | nindent ${inner} }}`,
          `${pad(indent)}{{- end }}`,
        ];
      case 'items':
        return [
          ...(value === undefined ? [head] : this.#plain(head, value, path, indent)),
          `${pad(inner)}{{- with ${hole.expression} }}`,
          `${pad(inner)}{{- toYaml . | nindent ${inner} }}`,
          `${pad(inner)}{{- end }}`,
        ];
    }
  }

  #plain(head: string, value: Node, path: string, indent: number): string[] {
    if (Array.isArray(value) && value.length > 0) return [head, ...this.#list(value, path, indent + 2)];
    if (isMap(value) && Object.keys(value).length > 0) return [head, ...this.#map(value, path, indent + 2)];
    return [`${head} ${typeof value === 'object' ? JSON.stringify(value) : yamlScalar(value)}`];
  }

  #list(list: readonly Node[], path: string, indent: number): string[] {
    return list.flatMap((member, index) => {
      const step = memberStep(member, index);
      const rule = this.#rule(path, step) ?? this.#rule(path, `[${index}]`);
      const lines = this.#member(member, rule?.hole, `${path}${step}`, indent);
      return rule?.when === undefined ? lines : wrapped(rule.when, lines, indent);
    });
  }

  #member(member: Node, hole: Hole | undefined, path: string, indent: number): string[] {
    if (hole?.as === 'text') return [`${pad(indent)}- ${hole.expression}`];
    if (!isMap(member))
      return [`${pad(indent)}- ${typeof member === 'object' ? JSON.stringify(member) : yamlScalar(member)}`];
    const lines = this.#map(
      firstUnconditional(member, (key) => this.#rule(path, key) === undefined),
      path,
      indent + 2,
    );
    const [first = '', ...rest] = lines;
    return [`${pad(indent)}- ${first.trimStart()}`, ...rest];
  }

  /** A list or map of which every member may be absent is itself absent then. */
  #conditionOfContents(value: Node | undefined, hole: Hole | undefined, path: string): string | undefined {
    if (hole !== undefined && hole.as !== 'items') return undefined;
    const own = hole === undefined ? [] : [hole.expression];
    if (value === undefined) return own[0];
    if (!Array.isArray(value) || value.length === 0) return undefined;
    const conditions = value.map((member, index) => this.#rule(path, memberStep(member, index))?.when);
    if (conditions.some((condition) => condition === undefined)) return undefined;
    const operands = [...new Set([...conditions, ...own])].map((condition = '') =>
      condition.includes(' ') && !condition.startsWith('(') ? `(${condition})` : condition,
    );
    return operands.length > 1 ? `or ${operands.join(' ')}` : operands[0];
  }
}

const pad = (indent: number): string => ' '.repeat(indent);

const wrapped = (condition: string, lines: readonly string[], indent: number): string[] => [
  `${pad(indent)}{{- if ${condition} }}`,
  ...lines,
  `${pad(indent)}{{- end }}`,
];

/** The same map with a key in front that is always there, behind whose dash the others stand. */
function firstUnconditional(map: NodeMap, isUnconditional: (key: string) => boolean): NodeMap {
  const keys = Object.keys(map);
  const first = ['name', ...keys].find((key) => key in map && isUnconditional(key));
  if (first === undefined) throw new Error(`every field of ${JSON.stringify(map)} may be absent`);
  return { [first]: map[first] ?? null, ...map };
}
