import type { Catalogue } from './catalogue.ts';
import type { Clock } from './clock.ts';
import type { Etcd } from './etcd.ts';
import type { Kubernetes } from './kubernetes.ts';
import type { Objects } from './objects.ts';
import type { Picture } from './picture.ts';

/** What a job can ask for, by name. The frame's own ports (runs, chat) are not among them. */
export interface Ports {
  readonly etcd: Etcd;
  readonly objects: Objects;
  readonly kubernetes: Kubernetes;
  readonly catalogue: Catalogue;
  readonly clock: Clock;
  readonly picture: Picture;
}

export type PortName = keyof Ports;
