import type { MonitoringFiles } from '../objects/context.ts';
import { synthesize } from '../synthesize.ts';
import type { ObjectName } from '../values/lifted.ts';
import { isMap, type NodeMap } from '../values/manifest-path.ts';
import { symbolicIdentity, symbolicValues } from './symbolic-values.ts';
import type { TemplateRule } from './template-rule.ts';
import { objectConditions, templateRules } from './template-rules.ts';
import { TemplateWriter } from './template-writer.ts';

/** The template that each object is in, under templates/. The pod is in that of the workloads. */
const files: Partial<Readonly<Record<ObjectName, string>>> = {
  serviceAccount: 'serviceaccount.yaml',
  config: 'settings.yaml',
  peers: 'peers.yaml',
  routes: 'routes.yaml',
  deployment: 'deployment.yaml',
  statefulSet: 'statefulset.yaml',
  service: 'service.yaml',
  adminService: 'admin-service.yaml',
  disruptionBudget: 'poddisruptionbudget.yaml',
  horizontalPodAutoscaler: 'horizontalpodautoscaler.yaml',
  scaledObject: 'scaledobject.yaml',
  networkPolicy: 'networkpolicy.yaml',
  serviceMonitor: 'servicemonitor.yaml',
  podMonitor: 'podmonitor.yaml',
  prometheusRule: 'prometheusrule.yaml',
  certificate: 'certificate.yaml',
  selfTest: 'tests/selftest.yaml',
};

const someRules: MonitoringFiles = { ruleGroups: [{ name: 'lifted' }], dashboards: {} };

/** Every object with all that is optional in it, texts being expressions. */
export function symbolicObjects(): ReadonlyMap<ObjectName, NodeMap> {
  const found = new Map<ObjectName, NodeMap>();
  for (const values of symbolicValues) {
    for (const [name, manifest] of synthesize(symbolicIdentity, values, someRules)) {
      // The last that has a self-test has all of its arguments; of the others the first is as good.
      if (name === 'selfTest' || !found.has(name as ObjectName)) found.set(name as ObjectName, manifest);
    }
  }
  const template = podOf(found.get('statefulSet'));
  if (template === undefined) throw new Error('no pod template was synthesized');
  return found.set('pod', template);
}

/** The pod template of a workload. */
export const podOf = (workload: NodeMap | undefined): NodeMap | undefined => {
  const spec = workload?.spec;
  return isMap(spec) && isMap(spec.template) ? spec.template : undefined;
};

/** The templates of the objects by path in the chart. */
export function objectTemplates(): Readonly<Record<string, string>> {
  const rules = templateRules();
  const objects = symbolicObjects();
  const templates = Object.entries(files).map(([name, file]) => {
    const object = name as ObjectName;
    return [`templates/${file}`, objectTemplate(object, objects.get(object), rules)];
  });
  const pod = new TemplateWriter('pod', rules).write(objects.get('pod') ?? {});
  return {
    ...Object.fromEntries(templates),
    'templates/_pod.tpl': `{{/* The pods of the Deployment or StatefulSet. */}}\n{{- define "dicom-store-scp.pod" -}}\n${pod}{{- end }}\n`,
  };
}

function objectTemplate(name: ObjectName, manifest: NodeMap | undefined, rules: readonly TemplateRule[]): string {
  if (manifest === undefined) throw new Error(`${name} was not synthesized`);
  const text = new TemplateWriter(name, rules).write(manifest);
  const condition = objectConditions[name];
  return condition === undefined ? text : `{{- if ${condition} }}\n${text}{{- end }}\n`;
}
