export interface Login {
  /** 'robot$salvor' of a robot. */
  readonly username: string;
  readonly password: string;
}

/** How to reach a registry. */
export interface HarborAccess {
  /** Harbor's external_url: 'https://registry.example.com'. */
  readonly url: string;
  /** Path of a file with authorities to trust besides those that Node knows, PEM: as docker has it. */
  readonly ca?: string | undefined;
  /** Plain http would show credentials to whoever listens. */
  readonly allowHttp?: boolean | undefined;
  /**
   * Reads. From 2.10 on a robot of the system with repository:list, repository:pull and artifact:list in all projects, and project:list,
   * replication:list, garbage-collection:list, scan-all:read and quota:list; helm-chart:list before 2.8. From 2.2 on a robot with the first ones
   * alone, besides `admin`; an administrator before that.
   */
  readonly api: Login;
  /** Sets read-only mode, and sees what no robot may. */
  readonly admin?: Login | undefined;
  /** May push to one project. */
  readonly probe?: (Login & { readonly project: string }) | undefined;
}
