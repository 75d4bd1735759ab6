namespace Gatehouse.Range.Running;

/// <summary>
/// A proxy whose administrator takes its server out of service, as the exercise uses it. It is running when the exercise receives it.
/// </summary>
public interface IContainingProxy
{
    /// <summary>The endpoint of the server at the proxy.</summary>
    Uri Endpoint { get; }

    /// <summary>The file in which the proxy keeps what is out of service.</summary>
    string Store { get; }

    /// <summary>The file beside the store by which the proxy knows it again; null for none.</summary>
    string? Record { get; }

    /// <summary>The administrator takes the server out of service.</summary>
    Task ContainAsync();

    /// <summary>The operator stops the proxy.</summary>
    Task StopAsync();

    /// <summary>The operator starts the proxy again, with the files that are there.</summary>
    Task StartAsync();

    /// <summary>Returns whether the state of the proxy, which its operator reads, and its log say that the store is not its own last one.</summary>
    Task<bool> IsReportedAsync();
}
