namespace EntraStandIn;

/// <summary>A sign-in on another device.</summary>
public sealed class DeviceRequest(Registration client, ScopeRequest scopes, string userCode, DateTimeOffset end)
{
    public Registration Client { get; } = client;

    public ScopeRequest Scopes { get; } = scopes;

    public string UserCode { get; } = userCode;

    public DateTimeOffset End { get; } = end;

    /// <summary>The person who signed in; null before that.</summary>
    public Person? Person { get; set; }

    public bool IsDeclined { get; set; }
}
