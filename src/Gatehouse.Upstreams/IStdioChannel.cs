namespace Gatehouse.Upstreams;

/// <summary>
/// The three things that are needed of a process that speaks MCP on stdio, wherever it runs: here, or as the child of a wrapper.
/// </summary>
internal interface IStdioChannel : IAsyncDisposable
{
    /// <summary>The process number.</summary>
    int Id { get; }

    /// <summary>Its standard input. A write after its end is an <see cref="IOException"/>.</summary>
    Stream Input { get; }

    /// <summary>Its standard output.</summary>
    Stream Output { get; }

    /// <summary>Completes when it is gone; completed where that is not known.</summary>
    Task Exited { get; }

    /// <summary>How it ended by itself; null while it runs, and where that is not known.</summary>
    int? ExitCode { get; }
}
