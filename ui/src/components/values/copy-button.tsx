import { Button, IconButton, Tooltip } from '@mui/material';
import { useEffect, useState, type ReactElement } from 'react';
import { useText } from '../../text/use-text.tsx';
import { copyText } from './copy-text.ts';
import { Icon } from '../icon.tsx';

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
      <Button onClick={copy} startIcon={icon} title={title}>
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
