/** Namespace of the central cluster whose annotations switch the API server of the core kinds. */
export const SWITCHED_NAMESPACE = 'contrail-system';

/** What is asked for: Switches, whole or in part, as JSON. Absent: everything is served. */
export const SWITCHES_ANNOTATION = 'emulated.cn2/apiserver';

/** What is in force, all of it; with the reason behind it where what was asked for cannot be read. */
export const SWITCHES_IN_FORCE = 'emulated.cn2/apiserver-in-force';
