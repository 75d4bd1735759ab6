using Gatehouse.Protocol;
using Gatehouse.Settings;

namespace Gatehouse.Upstreams;

/// <summary>The notifications of upstream servers, also those that belong to no request in progress.</summary>
public sealed class UpstreamNotifications
{
    /// <summary>Raised for each notification of a server, on the thread that reads from it; a handler must not wait.</summary>
    public event Action<ServerSettings, ValidatedMessage>? Received;

    /// <summary>Passes a notification to the handlers.</summary>
    public void Raise(ServerSettings server, ValidatedMessage message) => Received?.Invoke(server, message);
}
