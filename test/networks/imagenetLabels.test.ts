import { IMAGENET_LABELS } from '../../src/networks/imagenetLabels.js';

describe('IMAGENET_LABELS (torchvision/models/_meta.py)', () => {
  it('has 1000 names, each once, none empty or with spaces around it', () => {
    expect(IMAGENET_LABELS).toHaveLength(1000);
    expect(new Set(IMAGENET_LABELS).size).toBe(1000);
    expect(IMAGENET_LABELS.filter((label) => label === '' || /^\s|\s$|\s\s|[;\n]/.test(label))).toEqual([]);
  });

  it.each([
    [0, 'tench'],
    [1, 'goldfish'],
    [134, 'crane bird'],
    [207, 'golden retriever'],
    [281, 'tabby'],
    [388, 'giant panda'],
    [517, 'crane'],
    [638, 'maillot'],
    [639, 'maillot tank suit'],
    [999, 'toilet tissue'],
  ])('class %i is %s', (index, label) => {
    expect(IMAGENET_LABELS[index]).toBe(label);
  });

  it('cannot be changed by one of its users', () => {
    expect(() => (IMAGENET_LABELS as string[]).push('cat')).toThrow(TypeError);
  });
});
