base:
  '*':
    - common
  'node*':
    - slurm
