import type { BytesText, DurationText, Extensions, NullableMap, StringMap } from './scalars.ts';

/**
 * A service in canonical form: every attribute in its long syntax, under the name the Compose
 * Specification gives it. What is absent is not set.
 */
export interface Service extends Extensions {
  readonly profiles?: readonly string[];
  readonly annotations?: StringMap;
  readonly attach?: boolean;
  readonly build?: Build;
  readonly develop?: Develop;
  readonly blkio_config?: BlkioConfig;
  readonly cap_add?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly cgroup_parent?: string;
  readonly cgroup?: string;
  readonly cpu_count?: number;
  readonly cpu_percent?: number;
  readonly cpu_period?: number;
  readonly cpu_quota?: number;
  readonly cpu_rt_period?: number;
  readonly cpu_rt_runtime?: number;
  readonly cpus?: number;
  readonly cpuset?: string;
  readonly cpu_shares?: number;
  readonly command?: readonly string[] | null;
  readonly configs?: readonly FileReference[];
  readonly container_name?: string;
  readonly credential_spec?: CredentialSpec;
  readonly depends_on?: Readonly<Record<string, Dependency>>;
  readonly deploy?: Deploy;
  readonly device_cgroup_rules?: readonly string[];
  readonly devices?: readonly DeviceMapping[];
  readonly dns?: readonly string[];
  readonly dns_opt?: readonly string[];
  readonly dns_search?: readonly string[];
  readonly domainname?: string;
  readonly entrypoint?: readonly string[] | null;
  readonly provider?: Provider;
  /** null: named without a value and unknown to the environment; the container does not get it. */
  readonly environment?: NullableMap;
  /** Only with `--no-env-resolution`; otherwise merged into `environment`. */
  readonly env_file?: readonly EnvFile[];
  readonly expose?: readonly string[];
  readonly external_links?: readonly string[];
  /** Sorted `host=address` entries. */
  readonly extra_hosts?: readonly string[];
  readonly group_add?: readonly string[];
  readonly gpus?: readonly DeviceRequest[];
  readonly hostname?: string;
  readonly healthcheck?: Healthcheck;
  readonly image?: string;
  readonly init?: boolean;
  readonly ipc?: string;
  readonly isolation?: string;
  readonly labels?: StringMap;
  readonly label_file?: readonly string[];
  readonly links?: readonly string[];
  readonly logging?: Logging;
  readonly mem_limit?: BytesText;
  readonly mem_reservation?: BytesText;
  readonly memswap_limit?: BytesText;
  readonly mem_swappiness?: BytesText;
  readonly mac_address?: string;
  readonly models?: Readonly<Record<string, ServiceModel | null>>;
  readonly network_mode?: string;
  readonly networks?: Readonly<Record<string, ServiceNetwork | null>>;
  readonly oom_kill_disable?: boolean;
  readonly oom_score_adj?: number;
  readonly pid?: string;
  readonly pids_limit?: number;
  readonly platform?: string;
  readonly ports?: readonly Port[];
  readonly privileged?: boolean;
  readonly pull_policy?: string;
  /** With the policy `refresh`. Not printed: docker compose does without it. */
  readonly pull_refresh_after?: DurationText;
  readonly read_only?: boolean;
  readonly restart?: string;
  readonly runtime?: string;
  readonly scale?: number;
  readonly secrets?: readonly FileReference[];
  readonly security_opt?: readonly string[];
  readonly shm_size?: BytesText;
  readonly stdin_open?: boolean;
  readonly stop_grace_period?: DurationText;
  readonly stop_signal?: string;
  readonly storage_opt?: StringMap;
  readonly sysctls?: StringMap;
  readonly tmpfs?: readonly string[];
  readonly tty?: boolean;
  readonly ulimits?: Readonly<Record<string, number | { readonly soft?: number; readonly hard?: number }>>;
  readonly use_api_socket?: boolean;
  readonly user?: string;
  readonly userns_mode?: string;
  readonly uts?: string;
  readonly volumes?: readonly ServiceVolume[];
  readonly volumes_from?: readonly string[];
  readonly working_dir?: string;
  readonly pre_start?: readonly Hook[];
  readonly post_start?: readonly Hook[];
  readonly pre_stop?: readonly Hook[];
}

export type DependencyCondition = 'service_started' | 'service_healthy' | 'service_completed_successfully';

export interface Dependency extends Extensions {
  readonly condition: DependencyCondition;
  readonly restart?: boolean;
  readonly required: boolean;
}

export interface Build extends Extensions {
  readonly context?: string;
  readonly dockerfile?: string;
  readonly dockerfile_inline?: string;
  readonly entitlements?: readonly string[];
  readonly args?: NullableMap;
  readonly provenance?: string;
  readonly sbom?: string;
  /** `id` or `id=path`. */
  readonly ssh?: readonly string[];
  readonly labels?: StringMap;
  readonly cache_from?: readonly string[];
  readonly cache_to?: readonly string[];
  readonly no_cache?: boolean;
  readonly no_cache_filter?: readonly string[];
  readonly additional_contexts?: StringMap;
  readonly pull?: boolean;
  readonly extra_hosts?: readonly string[];
  readonly isolation?: string;
  readonly network?: string;
  readonly target?: string;
  readonly secrets?: readonly FileReference[];
  readonly shm_size?: BytesText;
  readonly tags?: readonly string[];
  readonly ulimits?: Service['ulimits'];
  readonly platforms?: readonly string[];
  readonly privileged?: boolean;
}

export interface Develop extends Extensions {
  readonly watch?: readonly WatchRule[];
}

export interface WatchRule extends Extensions {
  readonly path: string;
  readonly action: 'rebuild' | 'restart' | 'sync' | 'sync+exec' | 'sync+restart';
  readonly target?: string;
  readonly exec?: Hook;
  readonly include?: readonly string[];
  readonly ignore?: readonly string[];
  readonly initial_sync?: boolean;
}

export interface BlkioConfig extends Extensions {
  readonly weight?: number;
  readonly weight_device?: readonly { readonly Path: string; readonly Weight: number }[];
  readonly device_read_bps?: readonly ThrottleDevice[];
  readonly device_read_iops?: readonly ThrottleDevice[];
  readonly device_write_bps?: readonly ThrottleDevice[];
  readonly device_write_iops?: readonly ThrottleDevice[];
}

export interface ThrottleDevice {
  readonly Path: string;
  readonly Rate?: BytesText;
}

/** A grant of a config or secret to a service or build. `mode` is octal text with a leading zero. */
export interface FileReference extends Extensions {
  readonly source: string;
  readonly target?: string;
  readonly uid?: string;
  readonly gid?: string;
  readonly mode?: string;
}

export interface CredentialSpec extends Extensions {
  readonly config?: string;
  readonly file?: string;
  readonly registry?: string;
}

export interface Deploy extends Extensions {
  readonly mode?: string;
  readonly replicas?: number;
  readonly labels?: StringMap;
  readonly update_config?: UpdateConfig;
  readonly rollback_config?: UpdateConfig;
  readonly resources: { readonly limits?: Resource; readonly reservations?: Resource } & Extensions;
  readonly restart_policy?: RestartPolicy;
  readonly placement: Placement;
  readonly endpoint_mode?: string;
}

export interface UpdateConfig extends Extensions {
  readonly parallelism?: number;
  readonly delay?: DurationText;
  readonly failure_action?: string;
  readonly monitor?: DurationText;
  readonly max_failure_ratio?: number;
  readonly order?: string;
}

export interface Resource extends Extensions {
  readonly cpus?: number;
  readonly memory?: BytesText;
  readonly pids?: number;
  readonly devices?: readonly DeviceRequest[];
  readonly generic_resources?: readonly {
    readonly discrete_resource_spec?: { readonly kind: string; readonly value: number };
  }[];
}

export interface RestartPolicy extends Extensions {
  readonly condition?: string;
  readonly delay?: DurationText;
  readonly max_attempts?: number;
  readonly window?: DurationText;
}

export interface Placement extends Extensions {
  readonly constraints?: readonly string[];
  readonly preferences?: readonly { readonly spread?: string }[];
  readonly max_replicas_per_node?: number;
}

export interface DeviceMapping extends Extensions {
  readonly source: string;
  readonly target?: string;
  readonly permissions?: string;
}

/** A request for GPUs or other accelerators; a count of -1 means all. */
export interface DeviceRequest extends Extensions {
  readonly capabilities?: readonly string[];
  readonly driver?: string;
  readonly count?: number;
  readonly device_ids?: readonly string[];
  readonly options?: StringMap;
}

export interface Provider extends Extensions {
  readonly type: string;
  readonly options?: Readonly<Record<string, readonly string[]>>;
}

export interface EnvFile {
  readonly path: string;
  readonly required?: boolean;
  readonly format?: string;
}

export interface Healthcheck extends Extensions {
  readonly test?: readonly string[];
  readonly timeout?: DurationText;
  readonly interval?: DurationText;
  readonly retries?: number;
  readonly start_period?: DurationText;
  readonly start_interval?: DurationText;
  readonly disable?: boolean;
}

export interface Logging extends Extensions {
  readonly driver?: string;
  readonly options?: StringMap;
}

export interface ServiceModel extends Extensions {
  readonly endpoint_var?: string;
  readonly model_var?: string;
}

export interface ServiceNetwork extends Extensions {
  readonly aliases?: readonly string[];
  readonly driver_opts?: StringMap;
  readonly gw_priority?: number;
  readonly interface_name?: string;
  readonly ipv4_address?: string;
  readonly ipv6_address?: string;
  readonly link_local_ips?: readonly string[];
  readonly mac_address?: string;
  readonly priority?: number;
}

export interface Port extends Extensions {
  readonly name?: string;
  readonly mode?: string;
  readonly host_ip?: string;
  readonly target: number;
  /** A port, a range `a-b`, or absent: the engine chooses. */
  readonly published?: string;
  readonly protocol?: string;
  readonly app_protocol?: string;
}

export interface ServiceVolume extends Extensions {
  readonly type: 'bind' | 'volume' | 'tmpfs' | 'npipe' | 'cluster' | 'image';
  readonly source?: string;
  readonly target?: string;
  readonly read_only?: boolean;
  readonly consistency?: string;
  readonly bind?: {
    readonly selinux?: string;
    readonly propagation?: string;
    /** Absent means true. */
    readonly create_host_path?: boolean;
    readonly recursive?: string;
  } & Extensions;
  readonly volume?: {
    readonly labels?: StringMap;
    readonly nocopy?: boolean;
    readonly subpath?: string;
  } & Extensions;
  /** `mode` is a plain number (01777 is 1023). */
  readonly tmpfs?: { readonly size?: BytesText; readonly mode?: number } & Extensions;
  readonly image?: { readonly subpath?: string } & Extensions;
}

export interface Hook extends Extensions {
  readonly command?: readonly string[] | null;
  readonly image?: string;
  readonly user?: string;
  readonly privileged?: boolean;
  readonly working_dir?: string;
  readonly environment?: NullableMap;
  readonly per_replica?: boolean;
}
