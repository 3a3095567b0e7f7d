import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { renderApp } from './testing/render-app.tsx';
import { DIRECTORY } from './testing/sample-project.ts';

const PLANNED = { tab: 'build', project: DIRECTORY } as const;
const language = 'zh-CN';

/** Each in Chinese, with the English that core says below it. */
async function told(...texts: readonly (readonly [chinese: string, english: string])[]): Promise<void> {
  for (const [chinese, english] of texts) {
    const first = await screen.findByText(chinese);
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
