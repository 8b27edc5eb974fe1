import { engineText } from '../training/engineText.js';
import type { TrainingReport } from '../training/trainingReport.js';
import { factList, type ReportFact } from './factList.js';
import type { PageSection } from './pageSection.js';
import { settingFacts } from './spellSetting.js';

/** What was trained on what, and how: the given facts, then the engine and every setting of the training. */
export function settingsSection(facts: readonly ReportFact[], training: TrainingReport | undefined): PageSection | undefined {
  const all = [...facts, ...(training === undefined ? [] : trainingFacts(training))];
  return all.length === 0 ? undefined : { heading: 'Settings', body: factList(all) };
}

/** With phases, what each of them says for itself stands with it alone. */
function trainingFacts({ settings, engine }: TrainingReport): ReportFact[] {
  const { phases, optimizer, learningRate, schedule, ...shared } = settings;
  const single = { optimizer, learningRate, schedule };
  const facts = settingFacts(phases === undefined ? { ...single, ...shared } : { phases, ...shared });
  return [{ name: 'engine', value: engineText(engine) }, ...facts];
}
