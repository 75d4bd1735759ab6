using System.Runtime.Versioning;

// Counters of processes come from /proc.
[assembly: SupportedOSPlatform("linux")]
