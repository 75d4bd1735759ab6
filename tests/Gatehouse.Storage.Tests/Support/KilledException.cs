namespace Gatehouse.Storage.Tests.Support;

/// <summary>The end of a process in a test.</summary>
internal sealed class KilledException : Exception;
