namespace Gatehouse.Settings;

/// <summary>
/// Connection to Microsoft Graph, which the gateway asks about assignments of Entra Privileged Identity Management. The tenant is that of the issuer,
/// and the application is <see cref="IssuerSettings.Client"/>.
/// </summary>
public sealed record EntraGraphSettings
{
    /// <summary>Default of <see cref="Recheck"/>: 60 s.</summary>
    public static readonly TimeSpan DefaultRecheck = TimeSpan.FromSeconds(60);

    /// <summary>Origin of Microsoft Graph. Default that of the global cloud.</summary>
    public Uri Origin { get; init; } = new("https://graph.microsoft.com");

    /// <summary>Time for which an answer counts.</summary>
    public TimeSpan Recheck { get; init; } = DefaultRecheck;

    /// <summary>Time for one check, with the wait for its turn.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);
}
