import { Button, IconButton, Tooltip } from '@mui/material';
import { useEffect, useState, type ReactElement } from 'react';
import { useText } from '../text/use-text.tsx';
import { Icon } from './icon.tsx';

const TOLD_MS = 1_500;

interface Props {
  readonly text: string;
  /** What is copied, for the button's name. */
  readonly what: string;
  /** As a button with this text, instead of the icon alone. */
  readonly label?: string;
}

export function CopyButton({ text, what, label }: Props): ReactElement {
  const { common } = useText();
  const [isTold, setTold] = useState(false);
  useEffect(() => {
    if (!isTold) return undefined;
    const timer = setTimeout(() => {
      setTold(false);
    }, TOLD_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [isTold]);
  const copy = (): void => {
    void copyText(text).then(setTold);
  };
  const title = isTold ? common.copied : common.copyOf(what);
  const icon = <Icon name={isTold ? 'check' : 'copy'} />;
  if (label !== undefined) {
    return (
      <Button onClick={copy} startIcon={icon} aria-label={title}>
        {isTold ? common.copied : label}
      </Button>
    );
  }
  return (
    <Tooltip title={title}>
      <IconButton onClick={copy} aria-label={title} sx={{ fontSize: '1rem', p: 0.5 }}>
        {icon}
      </IconButton>
    </Tooltip>
  );
}

/** By a selection where the page may not write to the clipboard, as over plain HTTP in some browsers. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- there is no other way without the permission
    const isDone = document.execCommand('copy');
    area.remove();
    return isDone;
  }
}
