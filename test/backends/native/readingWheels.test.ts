import { buildVersions } from '../../../src/backends/native/install/buildVersions.js';
import { nvidiaRequirements } from '../../../src/backends/native/install/nvidiaLibraries.js';
import { distributionFor } from '../../../src/backends/native/install/tensorflowLibraries.js';
import { glibcVersion, wheelArchitecture, wheelTags } from '../../../src/backends/native/install/wheelTags.js';
import { parseRecord } from '../../../src/backends/native/install/wheelRecord.js';

describe('wheelTags', () => {
  it('glibc 2.36: every manylinux from 2.36 down to 2.5 and the two of the old kind, so that tensorflow 2.15 and 2.21 both fit', () => {
    const tags = wheelTags('x86_64', '2.36');
    const platforms = tags.filter((_, index) => tags[index - 1] === '--platform');
    expect(platforms).toHaveLength(34);
    expect(platforms).toEqual(
      expect.arrayContaining(['manylinux_2_27_x86_64', 'manylinux_2_17_x86_64', 'manylinux2014_x86_64', 'manylinux_2_36_x86_64']),
    );
  });

  it('glibc 2.17 asks for nothing newer', () => {
    expect(wheelTags('aarch64', '2.17').filter((tag) => tag.startsWith('manylinux_'))[0]).toBe('manylinux_2_17_aarch64');
  });

  it.each([
    { platform: 'linux', architecture: 'x64', name: 'x86_64' },
    { platform: 'linux', architecture: 'arm64', name: 'aarch64' },
    { platform: 'linux', architecture: 'ia32', name: undefined },
    { platform: 'darwin', architecture: 'arm64', name: undefined },
    { platform: 'win32', architecture: 'x64', name: undefined },
  ])('$platform-$architecture: $name', ({ platform, architecture, name }) => {
    expect(wheelArchitecture(platform, architecture)).toBe(name);
  });

  (process.platform === 'linux' ? it : it.skip)('the C library here has a version, or is not the GNU one', () => {
    expect(glibcVersion() ?? '2.0').toMatch(/^2\.\d+$/);
  });
});

describe('distributionFor', () => {
  it.each([
    { cuda: false, architecture: 'x86_64', name: 'tensorflow-cpu' },
    { cuda: true, architecture: 'x86_64', name: 'tensorflow' },
    { cuda: false, architecture: 'aarch64', name: 'tensorflow' },
  ])('$architecture, CUDA $cuda: $name', ({ cuda, architecture, name }) => expect(distributionFor(cuda, architecture)).toBe(name));
});

describe('nvidiaRequirements', () => {
  it.each([
    { of: 'tensorflow 2.21.0', line: 'nvidia-cudnn-cu12<10.0,>=9.3.0.75; extra == "and-cuda"', read: 'nvidia-cudnn-cu12<10.0,>=9.3.0.75' },
    { of: 'tensorflow 2.15.1', line: "nvidia-cudnn-cu12 ==8.9.4.25 ; extra == 'and-cuda'", read: 'nvidia-cudnn-cu12==8.9.4.25' },
    { of: 'older tools', line: "nvidia-cudnn-cu12 (==8.9.4.25) ; extra == 'and-cuda'", read: 'nvidia-cudnn-cu12==8.9.4.25' },
  ])('$of: $read', ({ line, read }) => {
    expect(nvidiaRequirements(`Metadata-Version: 2.1\nRequires-Dist: ${line}\nRequires-Dist: numpy>=1.26\n`)).toEqual([read]);
  });

  it('takes nothing that pip would read as an option or another place', () => {
    const lines = ['nvidia-x @ https://example.com/x.whl', '--index-url=x', 'nvidia-x<1 --pre', 'other<1'];
    const metadata = lines.map((line) => `Requires-Dist: ${line}; extra == "and-cuda"\n`).join('');
    expect(nvidiaRequirements(metadata)).toEqual([]);
  });
});

describe('buildVersions', () => {
  it("CUDA 12.5.1 and cuDNN 9 of tensorflow 2.21.0's wheel; none of tensorflow-cpu's", () => {
    const cuda = "OrderedDict([('cpu_compiler', 'clang'), ('cuda_version', '12.5.1'), ('cudnn_version', '9'), ('is_cuda_build', True)])";
    expect(buildVersions(cuda)).toEqual({ cuda: '12.5.1', cudnn: '9' });
    expect(buildVersions("OrderedDict([('is_cuda_build', False)])")).toEqual({});
  });
});

describe('parseRecord', () => {
  it('names, sums and sizes; not RECORD itself, which has neither', () => {
    const record = 'tensorflow/a.so,sha256=8GCz_-w,65222328\r\n"a,b.py",sha256=xx,1\nx.dist-info/RECORD,,\n';
    expect([...parseRecord(record)]).toEqual([['tensorflow/a.so', { sha256: '8GCz_-w', bytes: 65222328 }]]);
  });
});
