using System.Runtime.Versioning;

// File modes: the form of Windows is compiled but not run here.
[assembly: SupportedOSPlatform("linux")]
