import { cleanup, fireEvent, screen } from '@testing-library/react';
import { RUNNER_NOTES, type Job } from '@xbundle/backend/contract';
import { NOTES, tell } from '@xbundle/core/model';
import { expect, it } from 'vitest';
import { FACTS } from './testing/fixture-backend.ts';
import { renderApp } from './testing/render-app.tsx';
import { buildAt } from './testing/sample-build.ts';
import { DIRECTORY, PLAN } from './testing/sample-project.ts';
import { transferAt } from './testing/sample-transfer.ts';

const PLANNED = { tab: 'build', project: DIRECTORY } as const;
const language = 'zh-CN';

/** Each in Chinese, with the English that core says below it. */
async function told(...texts: readonly (readonly [chinese: string, english: string])[]): Promise<void> {
  for (const [chinese, english] of texts) {
    const first = await screen.findByText(chinese, { selector: 'p, strong' });
    const own = screen.getByText(english, { selector: '[lang=en]' });
    expect(first.compareDocumentPosition(own)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
  }
}

it('speaks Chinese to whom wants it', async () => {
  renderApp({ language });
  expect(await screen.findByText('为每个平台构建每个镜像')).toBeDefined();
});

it('tells what a check found, what it breaks and what helps', async () => {
  renderApp({ language, place: PLANNED });
  await told(
    [
      '无法构建 linux/arm/v7：没有能执行它的节点',
      'linux/arm/v7 cannot be built: no node of default executes it',
    ],
    ['影响：linux/arm/v7 的所有 RUN 步骤', 'every RUN step for linux/arm/v7'],
    [
      '安装模拟器，或添加该平台的节点',
      'Register an emulator for arm with the kernel that the engine runs on',
    ],
  );
});

it('tells what a Dockerfile does wrong, and what puts it right', async () => {
  renderApp({ language, place: PLANNED });
  await told(
    [
      '下载地址固定为一种架构：每个平台得到的都是同一个文件',
      'The address names amd64 and is fetched on every platform: the arm64 image gets an amd64 program.',
    ],
    [
      '解决办法：在地址中使用 TARGETARCH，并声明 ARG TARGETARCH；名称不同时，用 case 映射',
      'Write ${TARGETARCH} instead of amd64.',
    ],
  );
});

it('tells the notes of a plan', async () => {
  const note = tell(NOTES, 'platform-left-out', { platform: 'linux/arm64', components: 'gitea, nginx' });
  const notes = [note, { message: 'of a later version' }];
  renderApp({ language, place: PLANNED, handlers: { plan: () => ({ ...PLAN, notes }) } });
  expect(
    await screen.findByText('不为 linux/arm64 构建：定义文件为这些组件指定了其他平台：gitea, nginx'),
  ).toBeDefined();
  expect(screen.getByText('of a later version')).toBeDefined();
  expect(screen.queryByText(note.message)).toBeNull();
});

it('tells why a cell failed, and what helps', async () => {
  renderApp({ language, place: { ...PLANNED, build: 'build-1' } });
  await told(
    [
      '多半是 QEMU 崩溃，而不是程序有错。',
      'process "/bin/sh -c gitea doctor check --all && gitea --version" did not complete successfully: exit code: 139',
    ],
    [
      '在该平台的原生节点上构建，或使用交叉编译。',
      "Exit code 139 under QEMU is most often QEMU's own: build it on a native arm64 node, or cross-compile (FROM --platform=$BUILDPLATFORM)",
    ],
  );
});

it('tells the notes of a job, and the words of tools as they are', async () => {
  renderApp({ language, place: { ...PLANNED, build: 'build-1' } });
  fireEvent.click(await screen.findByRole('tab', { name: '提示' }));
  expect(screen.getByText('正在重试 gitea@linux/arm64：exit code: 139')).toBeDefined();
  expect(screen.getByText('Loaded image: ai-infra/backend:v0.3.8')).toBeDefined();
});

it.each<readonly [string, NonNullable<Job['runnerNote']>, string]>([
  [
    'in the backend',
    tell(RUNNER_NOTES, 'runs-in-backend', { reason: 'no socket' }),
    '它在扩展的后端中运行：no socket',
  ],
  [
    'in the tab',
    tell(RUNNER_NOTES, 'found-again', {}),
    '此构建在本页中运行时您离开了本页，构建因此停止。它的结果读自构建器的历史记录。',
  ],
  ['in an earlier version', { message: 'It ran.' }, 'It ran.'],
])('tells why a job does not run as it should: one that ran %s', async (_, runnerNote, text) => {
  const times = { startedAt: 0, now: 3_600_000 };
  const jobs: Readonly<Record<string, Job>> = {
    'build-1': { ...buildAt({ id: 'build-1', ...times }), runnerNote },
    'verify-1': { ...transferAt({ id: 'verify-1', kind: 'verify', ...times }), runnerNote },
  };
  const handlers = { job: ({ id }: { readonly id: string }) => jobs[id] ?? Promise.reject(new Error(id)) };
  renderApp({ language, place: { ...PLANNED, build: 'build-1' }, handlers });
  expect(await screen.findByText(text)).toBeDefined();
  cleanup();
  renderApp({ language, place: { tab: 'bundles', bundlePart: 'open', bundleJob: 'verify-1' }, handlers });
  expect(await screen.findByText(text)).toBeDefined();
});

it('tells on every page how jobs run where they do not run as they should', async () => {
  const note = tell(RUNNER_NOTES, 'all-run-in-backend', { reason: 'no socket' });
  const facts = { ...FACTS, jobs: { ...FACTS.jobs, note } };
  renderApp({ language, handlers: { facts: () => facts } });
  expect(
    await screen.findByText('任务在扩展的后端中运行，而后端看不到此机器的文件夹：no socket'),
  ).toBeDefined();
});

it('tells why a job failed and what helps, and why a cell is not there', async () => {
  renderApp({ language, place: { ...PLANNED, build: 'build-1' } });
  await told([
    '请查看每个缺失单元格的原因，补齐后重试，或去掉相应的平台。',
    'build ai-infra: 22 of 24 cells are there. Read the log of each missing cell.',
  ]);
  expect(screen.getByRole('button', { name: /^slurm-master，linux\/arm64：/ }).textContent).toContain(
    '没有节点或模拟器能执行其中的步骤。',
  );
});

it('tells why a job failed in the history', async () => {
  renderApp({ language, place: { tab: 'history' } });
  await told(['有内容缺失', 'build ai-infra: 22 of 24 cells are there. Read the log of each missing cell.']);
});
