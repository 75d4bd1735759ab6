using System.Runtime.Versioning;

// Signals, proc and the shell: the form of Windows is compiled but not run here.
[assembly: SupportedOSPlatform("linux")]
