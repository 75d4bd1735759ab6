namespace Gatehouse.Outbound.Http1;

/// <summary>The part of the one factory of outgoing clients that makes <see cref="Http1Client"/> (design rule 3).</summary>
internal static class Http1Factory
{
    /// <summary>Creates the client of one configured server for HTTP/1.1.</summary>
    /// <param name="handlers">The factory.</param>
    /// <param name="server">The server.</param>
    /// <param name="pins">As for a handler.</param>
    /// <param name="revocations">The revocation lists of its certificate; null checks none.</param>
    /// <param name="time">The clock of idle connections and time limits.</param>
    /// <exception cref="FormatException">The host of the server cannot be written.</exception>
    public static Http1Client CreateHttp1(
        this OutboundHandlers handlers, Http1Endpoint server, IReadOnlyList<string> pins, UpstreamRevocations? revocations, TimeProvider time)
    {
        var connector = handlers.Connector(DestinationTrust.Configured, pins, revocations);
        var tlsName = server.Host is { } host ? OutboundConnector.NameIn(host) : server.Url.IdnHost;
        return new Http1Client(cancellation => connector.OpenAsync(server.Url, tlsName, cancellation), server, time);
    }
}
