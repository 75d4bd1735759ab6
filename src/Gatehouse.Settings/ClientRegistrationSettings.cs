namespace Gatehouse.Settings;

/// <summary>
/// Dynamic client registration (RFC 7591). Everyone may register, so a registration gives no rights and is forgotten when it is unused.
/// </summary>
public sealed record ClientRegistrationSettings
{
    /// <summary>
    /// Hosts that redirect URIs may name in addition to loopback. Default none: only programs on a person's own machine may register.
    /// </summary>
    public IReadOnlyList<string> RedirectHosts { get; init; } = [];

    /// <summary>
    /// Private-use schemes that redirect URIs may have, such as <c>cursor</c> or <c>com.example.app</c>. Default none. Any program on a person's
    /// machine can register such a scheme with the system, as it can listen on loopback.
    /// </summary>
    public IReadOnlyList<string> RedirectSchemes { get; init; } = [];

    /// <summary>Most registrations of one address block in an hour.</summary>
    public int PerHour { get; init; } = 20;

    /// <summary>Most registrations that are kept.</summary>
    public int MostClients { get; init; } = 10_000;

    /// <summary>A registration that no one has used for so long is forgotten.</summary>
    public TimeSpan UnusedLife { get; init; } = TimeSpan.FromDays(30);
}
