import type { Ansible } from './ansible.ts';
import type { Catalogue } from './catalogue.ts';
import type { Clock } from './clock.ts';
import type { Etcd } from './etcd.ts';
import type { Harbor } from './harbor.ts';
import type { History } from './history.ts';
import type { Informer } from './informer.ts';
import type { Kubernetes } from './kubernetes.ts';
import type { Objects } from './objects.ts';
import type { Opener } from './opener.ts';
import type { Picture } from './picture.ts';
import type { Scratch } from './scratch.ts';
import type { Takeovers } from './takeovers.ts';

/** What a job can ask for, by name. The frame's own ports (runs, chat) are not among them: `history` tells of runs. */
export interface Ports {
  readonly etcd: Etcd;
  readonly harbor: Harbor;
  readonly objects: Objects;
  readonly kubernetes: Kubernetes;
  readonly informer: Informer;
  readonly scratch: Scratch;
  readonly opener: Opener;
  readonly catalogue: Catalogue;
  readonly clock: Clock;
  readonly picture: Picture;
  readonly ansible: Ansible;
  readonly takeovers: Takeovers;
  readonly history: History;
}

export type PortName = keyof Ports;
