namespace Gatehouse.AuthorizationServer.Clients;

/// <summary>The time for which a client id metadata document is remembered (MCP row C14).</summary>
internal static class ClientDocumentLife
{
    /// <summary>The life of a document whose host says nothing.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromMinutes(10);

    /// <summary>The shortest life, whatever the host says: every sign-in of a client would otherwise cost a fetch.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);

    /// <summary>The longest life, whatever the host says: a client that was taken over gets rid of a wrong redirect URI within a day.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    /// <summary>Returns the life that the host gives (RFC 9111 §4.2.1), within the bounds.</summary>
    public static TimeSpan Of(in ClientDocumentAnswer answer)
    {
        var control = answer.CacheControl;
        if (control is null)
            return Usual;
        if (control.NoStore || control.NoCache)
            return Shortest;
        if ((control.SharedMaxAge ?? control.MaxAge) is not { } age)
            return Usual;
        var rest = age - (answer.Age ?? TimeSpan.Zero);
        return rest < Shortest ? Shortest : rest > Longest ? Longest : rest;
    }

    /// <summary>
    /// Returns whether the document may serve after its life while it cannot be fetched again (RFC 9111 §4.2.4). Its host can forbid that.
    /// </summary>
    public static bool MayServeStale(in ClientDocumentAnswer answer) =>
        answer.CacheControl is not { } control || !(control.NoStore || control.NoCache || control.MustRevalidate || control.ProxyRevalidate);
}
