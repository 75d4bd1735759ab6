using Gatehouse.Pipeline.Exchanges;

namespace Gatehouse.Pipeline.Containment;

/// <summary>The servers, tools, users, clients and sessions that are contained now (IR-01). Safe for concurrent use.</summary>
public interface IContainments
{
    /// <summary>True while anything is contained.</summary>
    bool IsAny { get; }

    /// <summary>
    /// Returns the id of a containment of the server, the called tool or that of a named task, the caller or the session of an exchange; null where
    /// there is none.
    /// </summary>
    string? Find(Exchange exchange);
}
