import { execFileSync } from 'node:child_process';
import { lstat, mkdir, readFile, readdir, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nameBehindTemporary, prepareFile, temporaryPath, writeFileAtomically } from '../../src/io/atomicFile.js';
import { expectFailure } from './failure.js';
import { withFolder } from './tinyModels.js';

describe('writeFileAtomically', () => {
  it('writes text and bytes, over an older file too, and leaves nothing beside them', async () => {
    await withFolder(async (folder) => {
      await writeFileAtomically('test', join(folder, 'a'), 'first');
      await writeFileAtomically('test', join(folder, 'a'), Uint8Array.of(1, 2, 3));
      expect([...(await readFile(join(folder, 'a')))]).toEqual([1, 2, 3]);
      expect(await readdir(folder)).toEqual(['a']);
    });
  });

  it('of two at the same time leaves one, whole', async () => {
    await withFolder(async (folder) => {
      const contents = ['a', 'b', 'c'].map((letter) => letter.repeat(100_000));
      await Promise.all(contents.map((content) => writeFileAtomically('test', join(folder, 'file'), content)));
      expect(contents).toContain(await readFile(join(folder, 'file'), 'utf8'));
      expect(await readdir(folder)).toEqual(['file']);
    });
  });

  it('removes what writes of the same file left that were killed over an hour ago, and nothing else', async () => {
    await withFolder(async (folder) => {
      const abandoned = '.a.0123456789abcdef.tmp';
      const kept = ['.a.fedcba9876543210.tmp', '.b.0123456789abcdef.tmp'];
      const longAgo = new Date(Date.now() - 61 * 60 * 1000);
      for (const name of [abandoned, ...kept]) await writeFile(join(folder, name), 'half');
      for (const name of [abandoned, kept[1]]) await utimes(join(folder, name), longAgo, longAgo);
      await writeFileAtomically('test', join(folder, 'a'), 'whole');
      expect((await readdir(folder)).sort()).toEqual([...kept, 'a'].sort());
    });
  });

  it('through a link replaces the file that it points to, beside that file, and the link stays one', async () => {
    await withFolder(async (folder) => {
      await mkdir(join(folder, 'elsewhere'));
      await writeFile(join(folder, 'elsewhere', 'a'), 'old');
      await symlink(join('elsewhere', 'a'), join(folder, 'link'));
      await writeFileAtomically('test', join(folder, 'link'), 'new');
      expect(await readFile(join(folder, 'elsewhere', 'a'), 'utf8')).toBe('new');
      expect((await lstat(join(folder, 'link'))).isSymbolicLink()).toBe(true);
      expect([await readdir(folder), await readdir(join(folder, 'elsewhere'))]).toEqual([['elsewhere', 'link'], ['a']]);
    });
  });

  it('over a pipe fails with WRITE_FAILED, and the pipe is still one', async () => {
    await withFolder(async (folder) => {
      const pipe = join(folder, 'pipe');
      execFileSync('mkfifo', [pipe]);
      const message =
        /^test: expected to write .*pipe, got a pipe or a device\. What stood there before still stands\. Choose another path\.$/;
      await expectFailure(writeFileAtomically('test', pipe, 'x'), 'WRITE_FAILED', message);
      expect((await stat(pipe)).isFIFO()).toBe(true);
      expect(await readdir(folder)).toEqual(['pipe']);
    });
  });

  it('into a missing folder, or where a folder stands, fails with WRITE_FAILED and leaves nothing', async () => {
    await withFolder(async (folder) => {
      await expectFailure(
        writeFileAtomically('test', join(folder, 'none', 'a'), 'x'),
        'WRITE_FAILED',
        /^test: expected to write .*none.a, got ENOENT: no such file or directory\. What stood there before still stands\. Make the folder first\.$/,
      );
      await mkdir(join(folder, 'taken'));
      await writeFile(join(folder, 'taken', 'mine'), 'x');
      const error = await expectFailure(
        writeFileAtomically('test', join(folder, 'taken'), 'x'),
        'WRITE_FAILED',
        /got E(ISDIR|NOTEMPTY|EXIST|PERM).*What stood there before still stands\./,
      );
      expect(error.cause).toHaveProperty('code');
      expect(await readdir(folder)).toEqual(['taken']);
    });
  });
});

it('a prepared file stands in its place only after commit, and nowhere after discard', async () => {
  await withFolder(async (folder) => {
    const path = join(folder, 'a');
    const kept = await prepareFile('test', path, 'kept');
    const dropped = await prepareFile('test', path, 'dropped');
    expect((await readdir(folder)).map(nameBehindTemporary)).toEqual(['a', 'a']);
    await kept.commit();
    await dropped.discard();
    await kept.discard();
    expect(await readdir(folder)).toEqual(['a']);
    expect(await readFile(path, 'utf8')).toBe('kept');
  });
});

it('a temporary name is told from every other', () => {
  expect(nameBehindTemporary(temporaryPath('model.json'))).toBe('model.json');
  expect(['model.json', '.hidden.tmp', 'model.json.0123456789abcdef.tmp', '.a.0123456789ABCDEF.tmp'].map(nameBehindTemporary)).toEqual(
    Array(4).fill(undefined),
  );
});
